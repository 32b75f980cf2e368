//! Names such as `cart_cpu`, `cart.mem` or `cpu_cart`: which part is the entity, and which the metric.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Words, words};

/// Entity and metric of a column, by index; columns that cannot be split are left out.
pub(super) type Splits = BTreeMap<usize, (String, String)>;

const SEPARATORS: [char; 8] = ['_', '-', '.', ':', '/', ' ', '|', '@'];

/// Words that begin the name of a metric.
const METRICS: Words = Words(
    "cpu mem memory ram rx tx receive received recv transmit transmitted sent net network disk diskio fs \
     filesystem latency lat rt response duration socket sockets workload rps qps tps load error errors err \
     throughput thread threads requests request queue gc heap iops io delay success failure failures timeout \
     status restarts availability saturation util utilization usage mcr bandwidth packets traffic connections \
     power swap",
);
/// Words that go on with the name of a metric.
const DETAILS: Words = Words(
    "percent pct total bytes byte avg average mean max min sum count rate per sec second seconds s ms us ns \
     millis micros median std in out read reads write writes used free working set rss cache system idle iowait \
     bps kb mb gb kib mib gib cores core millicores limit ratio share value dropped time size length",
);

fn is_metric_word(word: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_percentile = is_number(word) || word.strip_prefix('p').is_some_and(is_number);
    is_percentile || METRICS.has(word) || DETAILS.has(word)
}

/// Whether a part of a name is a metric and nothing else.
fn is_metric(part: &str) -> bool {
    let words = words(part);
    words.first().is_some_and(|first| METRICS.has(first)) && words.iter().all(|word| is_metric_word(word))
}

fn is_entity(part: &str) -> bool {
    let words = words(part);
    !words.is_empty() && !words.iter().all(|word| is_metric_word(word))
}

/// Which part of a name comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    EntityMetric,
    MetricEntity,
}

/// The entities and metrics of a wide table, given the columns with numbers; `None` if the names do not repeat the same
/// metrics for at least two entities.
pub(super) fn split_names(columns: &[(usize, &str)]) -> Option<Splits> {
    let entity_first = by_words(columns, Order::EntityMetric);
    let metric_first = by_words(columns, Order::MetricEntity);
    let splits = if metric_first.len() > entity_first.len() { metric_first } else { entity_first };
    if n_shared(&splits) >= 1 && 2 * splits.len() >= columns.len() {
        return Some(splits);
    }
    by_repetition(columns)
}

/// Metrics that at least two entities have.
fn n_shared(splits: &Splits) -> usize {
    let mut entities: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (entity, metric) in splits.values() {
        entities.entry(metric).or_default().insert(entity);
    }
    entities.values().filter(|entities| entities.len() >= 2).count()
}

/// All ways to cut a name into entity and metric.
fn cuts(name: &str, order: Order) -> impl Iterator<Item = (&str, &str)> {
    name.match_indices(SEPARATORS).filter_map(move |(at, separator)| {
        let (left, right) = (name.get(..at)?, name.get(at + separator.len()..)?);
        let (entity, metric) = if order == Order::EntityMetric { (left, right) } else { (right, left) };
        (!entity.is_empty() && !metric.is_empty()).then_some((entity, metric))
    })
}

/// Cuts where the words of one part are those of a metric and the words of the other are not; the longest metric wins.
fn by_words(columns: &[(usize, &str)], order: Order) -> Splits {
    let best = |name: &str| {
        let fitting = cuts(name, order).filter(|(entity, metric)| is_entity(entity) && is_metric(metric));
        fitting.max_by_key(|(_, metric)| metric.len()).map(|(entity, metric)| (entity.to_owned(), metric.to_owned()))
    };
    columns.iter().filter_map(|&(idx, name)| Some((idx, best(name)?))).collect()
}

/// Names of unknown words: each is cut at the same separator, and every entity has every metric, at least two of each.
fn by_repetition(columns: &[(usize, &str)]) -> Option<Splits> {
    SEPARATORS.iter().find_map(|&separator| {
        let cut = |&(idx, name): &(usize, &str)| {
            let (entity, metric) = name.rsplit_once(separator)?;
            (is_entity(entity) && !metric.is_empty()).then(|| (idx, (entity.to_owned(), metric.to_owned())))
        };
        let splits: Splits = columns.iter().map(cut).collect::<Option<_>>()?;
        let entities: BTreeSet<&String> = splits.values().map(|(entity, _)| entity).collect();
        let metrics: BTreeSet<&String> = splits.values().map(|(_, metric)| metric).collect();
        let is_full = splits.len() == entities.len() * metrics.len();
        (is_full && entities.len() >= 2 && metrics.len() >= 2).then_some(splits)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(names: &[&str]) -> Option<Vec<String>> {
        let columns: Vec<(usize, &str)> = names.iter().copied().enumerate().collect();
        let shown = |(entity, metric): &(String, String)| format!("{entity}|{metric}");
        split_names(&columns).map(|splits| splits.values().map(shown).collect())
    }

    #[test]
    fn wide_names_are_cut_between_entity_and_metric() {
        for (names, expected) in [
            (&["a_cpu", "b_cpu"][..], &["a|cpu", "b|cpu"][..]),
            (&["frontend-lat_90", "frontend-external_lat_90"], &["frontend|lat_90", "frontend-external|lat_90"]),
            (&["ad_latency-50", "ad_cpu", "cart_cpu"], &["ad|latency-50", "ad|cpu", "cart|cpu"]),
            (&["service-a.cpu", "service-b.cpu"], &["service-a|cpu", "service-b|cpu"]),
            (&["cpu_ad", "cpu_cart-db", "net_in_ad"], &["ad|cpu", "cart-db|cpu", "ad|net_in"]),
            (&["carts-db_net_in", "user-db_net_in"], &["carts-db|net_in", "user-db|net_in"]),
            (&["load-generator_cpu", "cart_cpu"], &["load-generator|cpu", "cart|cpu"]),
            (&["x_foo", "x_bar", "y_foo", "y_bar"], &["x|foo", "x|bar", "y|foo", "y|bar"]),
        ] {
            assert_eq!(split(names).expect("wide"), expected, "{names:?}");
        }
    }

    #[test]
    fn metrics_of_one_entity_are_not_wide() {
        for names in [
            &["cpu_usage", "cpu_system", "mem_usage", "mem_rss"][..],
            &["rx_bytes", "tx_bytes", "read_latency", "write_latency"],
            &["container_cpu_usage_seconds_total", "container_memory_rss", "container_fs_reads_bytes_total"],
            &["cpu", "mem"],
            &["foo_bar", "foo_baz"],
            &[],
        ] {
            assert_eq!(split(names), None, "{names:?}");
        }
    }
}
