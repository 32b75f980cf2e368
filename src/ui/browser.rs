//! The few things the page asks of the browser itself: address, theme, clipboard, downloads, stored files.

use gloo::storage::{LocalStorage, Storage};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Document, Element, File, HtmlAnchorElement, HtmlSelectElement, Response, Url, Window,
};

use super::state::Theme;

const THEME_KEY: &str = "loadstone.theme";

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// The fragment of the address, without its `#`.
pub(crate) fn fragment() -> String {
    let hash = window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// The address of the page with a fragment.
pub(crate) fn address(fragment: &str) -> String {
    let here = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    format!("{}#{fragment}", here.split('#').next().unwrap_or_default())
}

/// The theme that was chosen on an earlier visit. Storage may be forbidden; then the system decides.
pub(crate) fn stored_theme() -> Theme {
    match LocalStorage::get::<String>(THEME_KEY).as_deref() {
        Ok("light") => Theme::Light,
        Ok("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// Shows a theme and remembers it, as far as the browser allows.
pub(crate) fn apply_theme(theme: Theme) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    let name = match theme {
        Theme::System => return forget_theme(&root),
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    // A page without storage keeps the theme until it is closed, which is all it can do.
    let _ = root.set_attribute("data-theme", name);
    let _ = LocalStorage::set(THEME_KEY, name);
}

fn forget_theme(root: &Element) {
    let _ = root.remove_attribute("data-theme");
    LocalStorage::delete(THEME_KEY);
}

/// The text at a relative address of the same site; nothing where there is none.
pub(crate) async fn fetch_text(path: &str) -> Option<String> {
    let response: Response = JsFuture::from(window()?.fetch_with_str(path)).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// The first characters of a file.
pub(crate) async fn head_text(file: &File) -> Option<String> {
    let head = file.slice_with_f64_and_f64(0.0, 64.0).ok()?;
    JsFuture::from(head.text()).await.ok()?.as_string()
}

/// The whole text of a small file.
pub(crate) async fn file_text(file: &File) -> Option<String> {
    let blob: &Blob = file.as_ref();
    JsFuture::from(blob.text()).await.ok()?.as_string()
}

/// Puts a text on the clipboard; false where the browser refuses.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    let navigator = window.navigator();
    // Outside secure contexts the member is missing, which the binding does not know.
    let present =
        js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard")).is_ok_and(|found| !found.is_undefined());
    present && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// Hands a text to the reader as a file.
pub(crate) fn save(name: &str, kind: &str, text: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    if let Ok(file) = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options) {
        save_file(name, &file);
    }
}

/// Hands a file to the reader.
pub(crate) fn save_file(name: &str, file: &Blob) {
    // A browser that refuses to save says so itself.
    let _ = try_save(name, file);
}

fn try_save(name: &str, file: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(file)?;
    let document = document().ok_or(JsValue::NULL)?;
    let anchor: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    Url::revoke_object_url(&url)
}

/// Distance of an element's top from the top of the window, in pixels.
pub(crate) fn top_of(id: &str) -> Option<f64> {
    Some(document()?.get_element_by_id(id)?.get_bounding_client_rect().top())
}

/// Height of the window in pixels.
pub(crate) fn window_height() -> f64 {
    window().and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or_default()
}

/// Presses an element, as a click would.
pub(crate) fn click(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        element.click();
    }
}

/// Brings an element into view and gives it the focus.
pub(crate) fn focus(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that cannot take the focus is in view all the same.
        let _ = element.focus();
    }
}

/// What is chosen in a list.
pub(crate) fn chosen(id: &str) -> Option<String> {
    Some(document()?.get_element_by_id(id)?.dyn_into::<HtmlSelectElement>().ok()?.value())
}

/// The reader wants nothing to move by itself.
pub(crate) fn wants_no_motion() -> bool {
    asks_for("(prefers-reduced-motion: reduce)").unwrap_or(false)
}

/// Whether a media query holds.
fn asks_for(query: &str) -> Option<bool> {
    let window = window()?;
    let ask = js_sys::Reflect::get(&window, &JsValue::from_str("matchMedia")).ok()?;
    let answer = ask.dyn_into::<js_sys::Function>().ok()?.call1(&window, &JsValue::from_str(query)).ok()?;
    js_sys::Reflect::get(&answer, &JsValue::from_str("matches")).ok()?.as_bool()
}

/// Marks the whole text of a field, for a reader whose browser does not let the page copy it.
pub(crate) fn select(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(field) = element.and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        field.select();
    }
}
