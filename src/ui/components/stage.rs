//! A stage of the page: a row that says what was decided, and a body that opens below it.

use yew::prelude::*;

/// Properties of [`Stage`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct StageProps {
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
    #[prop_or_default]
    pub summary_testid: Option<AttrValue>,
    /// The body is open.
    pub open: bool,
    /// What the button at the end of the row says.
    pub action: AttrValue,
    /// What that button does; without it, it opens and closes.
    #[prop_or_default]
    pub on_action: Option<Callback<()>>,
    /// Opens or closes the body.
    pub on_toggle: Callback<()>,
    /// A message that stands below the row even while the body is closed.
    #[prop_or_default]
    pub message: Html,
    /// The body.
    pub children: Children,
}

/// A row and its body. A closed body stays in the document, so that a script need not open it.
#[component]
pub(crate) fn Stage(props: &StageProps) -> Html {
    let body_id = format!("{}-body", props.id);
    let heading = format!("{}-name", props.id);
    let press = |callback: &Callback<()>| {
        let callback = callback.clone();
        Callback::from(move |_: MouseEvent| callback.emit(()))
    };
    let toggle = press(&props.on_toggle);
    let act = press(props.on_action.as_ref().unwrap_or(&props.on_toggle));
    let state = match props.glyph.as_str() {
        "!" => "stage needed",
        "↻" => "stage stale",
        _ => "stage",
    };
    html! {
        <section id={props.id.clone()} class={state} aria-labelledby={heading.clone()} data-open={props.open.to_string()}>
            <div class="stage-row">
                <h2 id={heading}>
                    <button type="button" class="stage-name" onclick={toggle} aria-expanded={props.open.to_string()}
                        aria-controls={body_id.clone()}>
                        <span class="glyph" aria-hidden="true">{ &props.glyph }</span>
                        <span>{ &props.name }</span>
                        <span class="spoken">{ format!(", {}", props.glyph_text) }</span>
                    </button>
                </h2>
                <p class="stage-summary" title={props.summary.clone()} data-testid={props.summary_testid.clone()}>
                    { &props.summary }
                </p>
                <button type="button" class="stage-action" onclick={act} aria-label={format!("{}, {}", props.action, props.name)}>
                    { &props.action }
                </button>
                <span class="chevron" aria-hidden="true">{ if props.open { "⌄" } else { "›" } }</span>
            </div>
            { props.message.clone() }
            <div id={body_id} class="stage-body" hidden={!props.open}>{ props.children.clone() }</div>
        </section>
    }
}
