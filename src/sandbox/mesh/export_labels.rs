//! Fault labels as a table.

use std::fmt::Write as _;

use super::run::MeshRun;

impl MeshRun {
    /// One line per fault: `start,end,target,fault_type`, in seconds since 1970.
    pub fn labels_csv(&self) -> String {
        let mut table = String::from("start,end,target,fault_type\n");
        for fault in &self.faults {
            // Writing into a string cannot fail; faults start and end with whole seconds.
            let (start, end) = (fault.start_millis / 1000, fault.end_millis / 1000);
            let _ = writeln!(table, "{start},{end},{},{}", fault.target, fault.kind);
        }
        table
    }
}
