//! Buttons.

use yew::prelude::*;

/// How much a button asks for the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Weight {
    /// The one main action of a view.
    Primary,
    /// An action.
    #[default]
    Secondary,
    /// Text only.
    Quiet,
}

impl Weight {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Secondary => "button",
            Self::Quiet => "button quiet",
        }
    }
}

/// A button that says why it is off.
#[derive(Debug, Default)]
pub(crate) struct Button {
    /// What is on it.
    pub label: AttrValue,
    /// It was pressed.
    pub on_press: Callback<()>,
    /// How much it asks for the eye.
    pub weight: Weight,
    /// Name where the label alone does not say it.
    pub name: Option<AttrValue>,
    /// Why it does nothing now; it stays focusable and says so.
    pub blocked: Option<AttrValue>,
    /// Out of sight.
    pub hidden: bool,
    /// Stable id for scripts.
    pub testid: Option<AttrValue>,
    /// Id in the document.
    pub id: Option<AttrValue>,
}

impl Button {
    /// A plain one.
    pub(crate) fn new(label: impl Into<AttrValue>, on_press: Callback<()>) -> Self {
        Self { label: label.into(), on_press, ..Self::default() }
    }

    /// The element.
    pub(crate) fn view(self) -> Html {
        let (on_press, blocked) = (self.on_press, self.blocked.is_some());
        let onclick = Callback::from(move |_: MouseEvent| {
            if !blocked {
                on_press.emit(());
            }
        });
        html! {
            <button type="button" id={self.id} class={self.weight.class()} {onclick} hidden={self.hidden}
                aria-label={self.name} aria-disabled={blocked.then_some("true")} title={self.blocked}
                data-testid={self.testid}>
                { self.label }
            </button>
        }
    }
}
