//! A receipt as a link fragment and back.
//!
//! `r=1.<8 hex digits>.<text>`: the schema, the start of the SHA-256 of the JSON, and the canonical JSON as raw
//! deflate in base64url without padding. The schema stands outside so that an old page can name a newer one; the
//! digest is there because raw deflate has no checksum of its own.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::{deflate, inflate};

use crate::digest::{canonical_json, sha256_hex};
use crate::json;
use crate::report::Receipt;

/// Version of the link format; a link with a higher one was made by a newer page.
pub const LINK_SCHEMA: u32 = 1;

/// The name that the receipt has in a fragment.
const NAME: &str = "r=";
/// No receipt comes near it; a hostile link must not fill the memory.
const MOST_JSON_BYTES: usize = 4 << 20;
/// Smallest output; links are made once and sent often.
const DEFLATE_LEVEL: u8 = 10;
const CHECK_DIGITS: usize = 8;

/// The receipt as a fragment, without the `#`.
pub fn encode(receipt: &Receipt) -> String {
    let json = canonical_json(receipt);
    let text = URL_SAFE_NO_PAD.encode(deflate::compress_to_vec(json.as_bytes(), DEFLATE_LEVEL));
    format!("{NAME}{LINK_SCHEMA}.{}.{text}", check_digits(json.as_bytes()))
}

/// The receipt in a link: a whole address, its fragment, or the fragment's `r=` part.
///
/// # Errors
/// One sentence that says what is wrong with the link and what to do.
pub fn decode(link: &str) -> Result<Receipt, String> {
    let body = body_of(link).ok_or("This link carries no receipt: expected “#r=…” at its end; copy the whole link")?;
    let (schema, rest) = body.split_once('.').ok_or_else(|| damaged("it ends too early"))?;
    let schema: u32 = schema.parse().map_err(|_| damaged("its version is not a number"))?;
    check_schema(schema)?;
    let (digits, text) = rest.split_once('.').ok_or_else(|| damaged("it ends too early"))?;
    let json = inflate(text)?;
    if check_digits(&json) != digits {
        return Err(damaged("its content does not match its digest"));
    }
    let json = String::from_utf8(json).map_err(|_| damaged("its receipt is no text"))?;
    json::from_text(&json).map_err(|error| damaged(&format!("its receipt cannot be read ({error})")))
}

fn body_of(link: &str) -> Option<&str> {
    let fragment = link.trim().rsplit('#').next()?;
    fragment.split('&').find_map(|part| part.strip_prefix(NAME))
}

fn check_schema(schema: u32) -> Result<(), String> {
    match schema {
        LINK_SCHEMA => Ok(()),
        0 => Err(damaged("its version is 0")),
        newer => Err(format!(
            "This link was made by a newer version (schema {newer}, this page reads up to {LINK_SCHEMA}); reload to \
             update."
        )),
    }
}

fn inflate(text: &str) -> Result<Vec<u8>, String> {
    let packed = URL_SAFE_NO_PAD.decode(text).map_err(|_| damaged("it holds a character that links do not use"))?;
    inflate::decompress_to_vec_with_limit(&packed, MOST_JSON_BYTES)
        .map_err(|_| damaged("it cannot be unpacked, or is larger than 4 MiB"))
}

fn check_digits(json: &[u8]) -> String {
    let mut digits = sha256_hex(json);
    digits.truncate(CHECK_DIGITS);
    digits
}

fn damaged(why: &str) -> String {
    format!("This link is damaged: {why}; copy the whole link again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ModelConfig, NodeSample, Study, paper_sweeps, presets};
    use crate::data::FileReceipt;
    use crate::ui::state::MODEL_GROUPS;

    fn receipt(preset: usize, name: &str) -> Receipt {
        let config = presets().swap_remove(preset).config;
        let digest = sha256_hex(name.as_bytes());
        Receipt {
            app_version: "0.1.0".to_owned(),
            target: "wasm32".to_owned(),
            config_sha256: config.sha256(),
            config,
            scenario: None,
            files: vec![FileReceipt { name: name.to_owned(), bytes: 1 << 40, sha256: digest.clone(), rows: 100_002 }],
            split_sha256: digest.clone(),
            scores: vec![0.0196],
            metrics_sha256: digest.clone(),
            weights_sha256: digest.clone(),
            report_sha256: digest,
        }
    }

    fn sentence(link: &str) -> String {
        decode(link).expect_err(link)
    }

    #[test]
    fn every_preset_comes_back_and_fits_in_a_link() {
        for preset in 0..presets().len() {
            let receipt = receipt(preset, "machine_usage.csv");
            let link = encode(&receipt);
            assert_eq!(decode(&link), Ok(receipt));
            assert!(link.len() < 2000, "{} characters", link.len());
        }
    }

    #[test]
    fn a_study_with_all_models_and_axes_comes_back_and_fits_in_a_link() {
        let mut receipt = receipt(0, "machine_usage.csv");
        receipt.config.models = MODEL_GROUPS.concat().into_iter().filter_map(ModelConfig::default_of).collect();
        receipt.config.study = Study::Sensitivity { sweeps: paper_sweeps() };
        receipt.config.prepare.nodes = Some(NodeSample { count: 60, seed: u32::MAX });
        receipt.config.split.test_share = Some(0.1);
        receipt.config.window.also_score = vec![4, 12];
        let link = encode(&receipt);
        assert_eq!(decode(&link), Ok(receipt));
        assert!(link.len() < 2000, "{} characters", link.len());
    }

    #[test]
    fn a_link_of_the_first_version_still_opens_with_the_same_digest() {
        let receipt = decode(include_str!("../../tests/fixtures/link-first.txt")).expect("an old link");
        assert_eq!(receipt.config, presets().swap_remove(0).config);
        assert_eq!(receipt.config.sha256(), receipt.config_sha256);
    }

    #[test]
    fn a_whole_address_and_other_fragment_parts_are_fine() {
        let receipt = receipt(0, "a.csv");
        let link = encode(&receipt);
        assert_eq!(decode(&format!("https://example.org/x/?q=1#{link}")), Ok(receipt.clone()));
        assert_eq!(decode(&format!(" #stage=results&{link} \n")), Ok(receipt));
    }

    #[test]
    fn a_newer_link_asks_for_a_reload() {
        let newer = encode(&receipt(0, "a.csv")).replacen("r=1.", "r=4.", 1);
        assert_eq!(
            sentence(&newer),
            "This link was made by a newer version (schema 4, this page reads up to 1); reload to update."
        );
    }

    #[test]
    fn each_kind_of_damage_has_its_sentence() {
        let link = encode(&receipt(0, "a.csv"));
        for (bad, word) in [
            ("", "no receipt"),
            ("#stage=results", "no receipt"),
            ("r=", "too early"),
            ("r=1", "too early"),
            ("r=1.00000000", "too early"),
            ("r=x.y.z", "not a number"),
            ("r=0.y.z", "version is 0"),
            ("r=1.00000000.*", "character"),
            ("r=1.00000000.AAAA", "unpacked"),
            (&link[..link.len() - 8], "damaged"),
            (&link.replacen("r=1.", "r=1.0", 1), "digest"),
        ] {
            assert!(sentence(bad).contains(word), "{bad}: {}", sentence(bad));
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_unfolds() {
        let packed = deflate::compress_to_vec(&vec![b' '; MOST_JSON_BYTES + 1], 6);
        let bomb = format!("r=1.00000000.{}", URL_SAFE_NO_PAD.encode(packed));
        assert!(sentence(&bomb).contains("larger than 4 MiB"));
    }

    #[test]
    fn settings_of_a_future_config_are_refused_by_name() {
        let json = canonical_json(&receipt(0, "a.csv")).replacen("\"protocol\"", "\"protocoll\"", 1);
        let text = URL_SAFE_NO_PAD.encode(deflate::compress_to_vec(json.as_bytes(), 6));
        let link = format!("r=1.{}.{text}", check_digits(json.as_bytes()));
        assert!(sentence(&link).contains("protocoll"), "{}", sentence(&link));
    }

    #[cfg(not(target_arch = "wasm32"))]
    mod laws {
        use super::*;
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn any_receipt_comes_back(preset in 0..15_usize, name in ".*", rate in 1e-7..1.0_f64, seed: u32) {
                let mut receipt = receipt(preset, &name);
                receipt.config.train.learning_rate = rate;
                receipt.config.seeds = vec![seed];
                receipt.scenario = Some(name);
                prop_assert_eq!(decode(&encode(&receipt)), Ok(receipt));
            }

            #[test]
            fn any_text_gives_an_answer(text in ".*") {
                for link in [text.clone(), format!("r=1.{text}"), format!("r=1.00000000.{text}")] {
                    prop_assert!(decode(&link).is_err(), "{}", link);
                }
            }

            #[test]
            fn any_bytes_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
                let link = format!("r=1.00000000.{}", URL_SAFE_NO_PAD.encode(bytes));
                prop_assert!(decode(&link).is_err());
            }

            #[test]
            fn a_cut_link_is_refused(cut in 0..400_usize) {
                let link = encode(&receipt(1, "machine_usage.csv"));
                prop_assume!(cut < link.len());
                prop_assert!(decode(&link[..cut]).is_err());
            }

            #[test]
            fn a_changed_character_is_refused(at in 4..400_usize, letter in "[A-Za-z0-9_-]") {
                let link = encode(&receipt(1, "machine_usage.csv"));
                prop_assume!(at < link.len() && !link[at..].starts_with(&letter) && &link[at..=at] != ".");
                let changed = format!("{}{letter}{}", &link[..at], &link[at + 1..]);
                // The last character may hold bits that base64 does not use; then it is refused or means the same.
                prop_assert!(decode(&changed).is_err() || decode(&changed) == decode(&link));
            }
        }
    }
}
