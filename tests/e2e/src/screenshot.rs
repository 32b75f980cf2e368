//! Pictures of the page at a given size and in a given colour scheme.

use crate::page::Page;
use serde_json::json;
use std::fs;
use std::path::Path;

impl Page {
    /// Lays the page out for a screen of this size in a light or dark scheme. It stays so.
    pub fn lay_out(&self, width: u32, height: u32, dark: bool) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.dev_tools("Emulation.setDeviceMetricsOverride", size);
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.dev_tools("Emulation.setEmulatedMedia", json!({ "features": features }));
        // Charts draw themselves again 100 ms after their width has changed.
        let drawn = "await new Promise((later) => setTimeout(later, 400));
                     await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))";
        self.execute_async(drawn).expect("a frame is drawn");
    }

    /// Writes what a screen of this size shows, as PNG.
    pub fn screenshot(&self, path: &Path, width: u32, height: u32, dark: bool) {
        self.lay_out(width, height, dark);
        let png = self.wait_on(self.client().screenshot(), "take a picture");
        fs::write(path, png).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Writes the whole page at this width, as PNG.
    pub fn screenshot_whole(&self, path: &Path, width: u32, dark: bool) {
        self.lay_out(width, 900, dark);
        let height = self.execute("return document.documentElement.scrollHeight").as_u64();
        let height = height.and_then(|height| u32::try_from(height).ok()).expect("a page has a height");
        self.screenshot(path, width, height, dark);
    }
}
