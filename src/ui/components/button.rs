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

/// Properties of [`Button`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct ButtonProps {
    /// What is on it.
    pub label: AttrValue,
    /// It was pressed.
    pub on_press: Callback<()>,
    /// How much it asks for the eye.
    #[prop_or_default]
    pub weight: Weight,
    /// Name where the label alone does not say it.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    /// Why it does nothing now; it stays focusable and says so.
    #[prop_or_default]
    pub blocked: Option<AttrValue>,
    /// Out of sight.
    #[prop_or_default]
    pub hidden: bool,
    /// Stable id for scripts.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// Id in the document.
    #[prop_or_default]
    pub id: Option<AttrValue>,
}

/// A button that says why it is off.
#[component]
pub(crate) fn Button(props: &ButtonProps) -> Html {
    let onclick = {
        let (on_press, blocked) = (props.on_press.clone(), props.blocked.is_some());
        Callback::from(move |_: MouseEvent| {
            if !blocked {
                on_press.emit(());
            }
        })
    };
    html! {
        <button type="button" id={props.id.clone()} class={props.weight.class()} {onclick} hidden={props.hidden}
            aria-label={props.name.clone()} aria-disabled={props.blocked.is_some().then_some("true")}
            title={props.blocked.clone()} data-testid={props.testid.clone()}>
            { &props.label }
        </button>
    }
}
