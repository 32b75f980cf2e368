//! A stage of the page: a row that says what was decided, and a body that opens below it.

use yew::prelude::*;

/// A row and its body. A closed body stays in the document, so that a script need not open it.
#[derive(Debug, Default)]
pub(crate) struct Stage {
    /// Anchor.
    pub id: AttrValue,
    /// Name.
    pub name: AttrValue,
    /// Mark of its state.
    pub glyph: AttrValue,
    /// Spoken form of the mark.
    pub glyph_text: AttrValue,
    /// What was decided, in one sentence.
    pub summary: AttrValue,
    /// Stable id of the sentence.
    pub summary_testid: Option<AttrValue>,
    /// The body is open.
    pub open: bool,
    /// What the button at the end of the row says.
    pub action: AttrValue,
    /// What that button does; without it, it opens and closes.
    pub on_action: Option<Callback<()>>,
    /// Opens or closes the body.
    pub on_toggle: Callback<()>,
    /// A message that stands below the row even while the body is closed.
    pub message: Html,
    /// The body.
    pub body: Html,
}

impl Stage {
    /// The element.
    pub(crate) fn view(self) -> Html {
        let body_id = format!("{}-body", self.id);
        let heading = format!("{}-name", self.id);
        let press = |callback: &Callback<()>| {
            let callback = callback.clone();
            Callback::from(move |_: MouseEvent| callback.emit(()))
        };
        let toggle = press(&self.on_toggle);
        let act = press(self.on_action.as_ref().unwrap_or(&self.on_toggle));
        let state = match self.glyph.as_str() {
            "!" => "stage needed",
            "↻" => "stage stale",
            _ => "stage",
        };
        html! {
            <section id={self.id.clone()} class={state} aria-labelledby={heading.clone()} data-open={self.open.to_string()}>
                <div class="stage-row">
                    <h2 id={heading}>
                        <button type="button" class="stage-name" onclick={toggle} aria-expanded={self.open.to_string()}
                            aria-controls={body_id.clone()}>
                            <span class="glyph" aria-hidden="true">{ &self.glyph }</span>
                            <span>{ &self.name }</span>
                            <span class="spoken">{ format!(", {}", self.glyph_text) }</span>
                        </button>
                    </h2>
                    <p class="stage-summary" title={self.summary.clone()} data-testid={self.summary_testid.clone()}>
                        { &self.summary }
                    </p>
                    <button type="button" class="stage-action" onclick={act} aria-label={format!("{}, {}", self.action, self.name)}>
                        { &self.action }
                    </button>
                    <span class="chevron" aria-hidden="true">{ if self.open { "⌄" } else { "›" } }</span>
                </div>
                { self.message }
                <div id={body_id} class="stage-body" hidden={!self.open}>{ self.body }</div>
            </section>
        }
    }
}
