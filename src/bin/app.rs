//! The page's program: reports panics in the console and mounts the page.

fn main() {
    console_error_panic_hook::set_once();
    yew::Renderer::<loadstone::ui::App>::new().render();
}
