//! Names of tasks, in which v2018 writes down the graph of a job.

/// A task of a job's graph.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Task<'a> {
    /// Its number within the job.
    pub(super) number: &'a str,
    /// Numbers of the tasks that it needs.
    pub(super) needs: Vec<&'a str>,
}

/// Reads a name such as `R13_2_3_12`: task 13, which needs 2, 3 and 12; only the numbers matter.
///
/// `None` for tasks outside of any graph: `task_<base64>`, `MergeTask` and the like.
pub(super) fn parse(name: &str) -> Option<Task<'_>> {
    let (head, tail) = name.split_once('_').unwrap_or((name, ""));
    let number = head.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    if number.len() == head.len() || !is_number(number) {
        return None;
    }
    let needs = tail.split('_').filter(|&part| is_number(part) && part != number).collect();
    Some(Task { number, needs })
}

/// The number of a task; its whole name if it is outside of any graph.
pub(super) fn task_id(name: &str) -> &str {
    parse(name).map_or(name, |task| task.number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_official_description_and_of_the_real_table() {
        for (name, number, needs) in [
            ("M1", "1", &[][..]),
            ("R2_1", "2", &["1"]),
            ("M5_3_4", "5", &["3", "4"]),
            ("R13_2_3_12", "13", &["2", "3", "12"]),
            ("MR7_7_6_Stg1", "7", &["6"]),
        ] {
            assert_eq!(parse(name), Some(Task { number, needs: needs.to_vec() }), "{name}");
        }
        for name in ["task_Nzg3ODAwNDgzMTAwNTc2NTQ2Mw==", "MergeTask", "12_3", "R_1", "", "Mé1", "R1x_2"] {
            assert_eq!(parse(name), None, "{name}");
            assert_eq!(task_id(name), name);
        }
    }
}
