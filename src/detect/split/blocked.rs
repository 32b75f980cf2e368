//! P3: one long labelled stream, cut into blocks between its episodes (MODELS.md B.7).

use super::purge::{Gap, purge};
use super::{Split, count, part_of_group};
use crate::config::DetectConfig;
use crate::detect::error::DetectError;
use crate::detect::fold::Window;
use crate::detect::run::Run;

/// One fold per block: a block is scored, the next one (after the last, the first) is for choosing, the others train.
///
/// The stream is the run with the most episodes. Where there are runs without any, their windows are the normal ones.
pub(super) fn folds(runs: &[Run], config: &DetectConfig) -> Result<Vec<Split>, DetectError> {
    let stream = runs.iter().rev().max_by_key(|run| run.episodes.len()).ok_or(DetectError::NoFaults)?;
    let spells = spells(stream);
    let k = config.split.folds;
    let too_few = |needed: &str, advice| DetectError::TooFew {
        protocol: config.split.protocol.id(),
        needed: needed.to_owned(),
        found: format!(
            "{} in its longest labelled run, for {}",
            count(spells.len(), "fault", "faults"),
            count(k, "fold", "folds")
        ),
        advice,
    };
    if k < 3 {
        return Err(too_few("split.folds of at least 3, to train, to choose and to score", "3 folds or more"));
    }
    if spells.len() < k {
        return Err(too_few(
            "one run with at least a fault per fold",
            "fewer split.folds, p0-chron, or p1 for many runs",
        ));
    }
    let blocks = blocks(stream, &spells, (k, 1000 * i64::from(config.snapshot.window_secs)));
    let normal = normal(runs);
    Ok((0..k).map(|test| fold(&blocks, test, config, &normal)).collect())
}

fn fold(blocks: &[Vec<Window>], test: usize, config: &DetectConfig, normal: &[Window]) -> Split {
    let mut split = Split { normal: (!normal.is_empty()).then(|| normal.to_vec()), ..Split::default() };
    for (idx, block) in blocks.iter().enumerate() {
        split.of(part_of_group(idx, test, blocks.len())).extend(block);
    }
    purge(&mut split, Gap::of(config, true));
    split
}

/// Windows of runs without faults.
fn normal(runs: &[Run]) -> Vec<Window> {
    runs.iter().filter(|run| run.episodes.is_empty()).flat_map(|run| &run.windows).copied().collect()
}

/// Times in which something is broken, those that overlap or touch joined.
fn spells(run: &Run) -> Vec<(i64, i64)> {
    let mut spells: Vec<(i64, i64)> = Vec::new();
    for episode in &run.episodes {
        match spells.last_mut() {
            Some(last) if episode.start_millis <= last.1 => last.1 = last.1.max(episode.end_millis),
            _ => spells.push((episode.start_millis, episode.end_millis)),
        }
    }
    spells
}

/// Windows by block, cut in the middle between two spells, with as many spells in each as can be.
fn blocks(run: &Run, spells: &[(i64, i64)], (k, window_millis): (usize, i64)) -> Vec<Vec<Window>> {
    let cut = |block: usize| {
        let next = block * spells.len() / k;
        let (end, start) = (spells[next - 1].1, spells[next].0);
        (end + (start - end) / 2 - run.start_millis).div_euclid(window_millis)
    };
    let cuts: Vec<i64> = (1..k).map(cut).collect();
    let mut blocks = vec![Vec::new(); k];
    for window in &run.windows {
        blocks[cuts.partition_point(|&cut| cut <= i64::from(window.last))].push(*window);
    }
    blocks
}
