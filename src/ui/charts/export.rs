//! A chart as a file: the picture with its colours written out, and text to keep or copy.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, XmlSerializer};

use crate::ui::browser;

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
    browser::save(name, &format!("{kind};charset=utf-8"), text);
}

/// Copies a text; where the page may not reach the clipboard, offers it as a file.
pub(super) fn copy_or_save(name: &str, kind: &str, text: &str) {
    let (name, kind, text) = (name.to_owned(), kind.to_owned(), text.to_owned());
    spawn_local(async move {
        if !browser::copy(&text).await {
            save(&name, &kind, &text);
        }
    });
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
