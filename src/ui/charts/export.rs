//! A chart as a file: the picture with its colours written out, and text to keep or copy.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, Url, XmlSerializer};

/// Attributes that a picture needs to stand alone.
const WRITTEN_OUT: [&str; 9] = [
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "opacity",
    "font-family",
    "font-size",
    "font-weight",
    "text-anchor",
];

/// Room above the plot for title and reading, and below for the caption.
const ABOVE: u32 = 56;
const BELOW: u32 = 28;

/// Offers a text as a file to keep.
pub(super) fn save(name: &str, kind: &str, text: &str) {
    // Every step can only fail where the browser has no such function; then nothing is offered.
    let _ = try_save(name, kind, text);
}

fn try_save(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(&format!("{kind};charset=utf-8"));
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let anchor: HtmlAnchorElement = gloo::utils::document().create_element("a")?.unchecked_into();
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    Url::revoke_object_url(&address)
}

/// Copies a text; where the page may not reach the clipboard, offers it as a file.
pub(super) fn copy_or_save(name: &str, kind: &str, text: &str) {
    let navigator = gloo::utils::window().navigator();
    let reachable = Reflect::get(&navigator, &JsValue::from_str("clipboard")).is_ok_and(|found| found.is_object());
    if reachable {
        let written = JsFuture::from(navigator.clipboard().write_text(text));
        let (name, kind, text) = (name.to_owned(), kind.to_owned(), text.to_owned());
        spawn_local(async move {
            if written.await.is_err() {
                save(&name, &kind, &text);
            }
        });
    } else {
        save(name, kind, text);
    }
}

/// The plot of a figure as a document of its own: light colours written out, title and reading above, caption below.
pub(super) fn svg_document(figure: &Element, heading: &[String; 3]) -> Option<String> {
    let layers = ["svg.plot[viewBox]", "svg.overlay"].map(|name| figure.query_selector(name).ok().flatten());
    let [Some(drawn), Some(written)] = layers else { return None };
    let stage = gloo::utils::document().create_element("div").ok()?;
    stage.set_class_name("export");
    let copies = [drawn, written].map(|layer| layer.clone_node_with_deep(true).map(JsCast::unchecked_into::<Element>));
    let [Ok(drawn), Ok(written)] = copies else { return None };
    stage.append_with_node_2(&drawn, &written).ok()?;
    figure.append_child(&stage).ok()?;
    write_out(&stage);
    stage.remove();
    let size = |name: &str| written.get_attribute(name).and_then(|size| size.parse().ok()).unwrap_or(0u32);
    let (width, height) = (size("width"), size("height"));
    drawn.set_attribute("y", &ABOVE.to_string()).ok()?;
    written.set_attribute("y", &ABOVE.to_string()).ok()?;
    let serializer = XmlSerializer::new().ok()?;
    let layers: Option<Vec<String>> =
        [drawn, written].iter().map(|layer| serializer.serialize_to_string(layer).ok()).collect();
    Some(document(width, height, heading, &layers?.concat()))
}

/// Writes the resolved look of every element into its attributes.
fn write_out(stage: &Element) {
    let Ok(elements) = stage.query_selector_all("svg *") else { return };
    for idx in 0..elements.length() {
        let Some(element) = elements.item(idx).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
        let Ok(Some(style)) = gloo::utils::window().get_computed_style(&element) else { continue };
        for name in WRITTEN_OUT {
            let value = style.get_property_value(name).unwrap_or_default();
            if !value.is_empty() {
                // Names are fixed and valid, so no attribute is refused.
                let _ = element.set_attribute(name, &value);
            }
        }
        let _ = element.set_attribute("vector-effect", "non-scaling-stroke");
        let _ = element.remove_attribute("class");
    }
}

fn document(width: u32, height: u32, [title, reading, caption]: &[String; 3], layers: &str) -> String {
    let total = height + ABOVE + BELOW;
    let text = |y: u32, size: u32, weight: u32, text: &str| {
        format!(
            "<text x=\"8\" y=\"{y}\" font-family=\"sans-serif\" font-size=\"{size}\" font-weight=\"{weight}\" \
             fill=\"#15181E\">{}</text>",
            escaped(text)
        )
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{total}\" \
         viewBox=\"0 0 {width} {total}\"><rect width=\"{width}\" height=\"{total}\" fill=\"#FFFFFF\"/>{}{}{layers}{}</svg>",
        text(20, 15, 600, title),
        text(40, 13, 400, reading),
        text(total - 10, 12, 400, caption)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_from_files_stay_words() {
        let heading = ["<b>".to_owned(), "a & b".to_owned(), String::new()];
        let document = document(100, 50, &heading, "<g/>");
        assert!(document.contains("&lt;b&gt;") && document.contains("a &amp; b") && document.contains("<g/>"));
        assert!(document.contains("height=\"134\""), "{document}");
    }
}
