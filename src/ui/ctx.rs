//! What every panel is handed: the state, a way to say what happened, and the worker.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::File;
use yew::prelude::*;

use super::lab::Lab;
use super::state::{Action, State, reduce};

/// The state inside Yew's reducer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Store {
    /// The state, by reference: panels compare the reference.
    pub state: Rc<State>,
}

impl Reducible for Store {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(Self { state: Rc::new(reduce(&self.state, action)) })
    }
}

/// The page as a panel sees it.
#[derive(Clone)]
pub struct Ctx {
    /// What the page knows.
    pub state: Rc<State>,
    /// The worker.
    pub lab: Lab,
    /// The files that were chosen last, to read them again with other settings.
    pub files: Rc<RefCell<Vec<File>>>,
    dispatch: Callback<Action>,
}

impl Ctx {
    /// Binds state and worker together.
    pub fn new(state: Rc<State>, lab: Lab, files: Rc<RefCell<Vec<File>>>, dispatch: Callback<Action>) -> Self {
        Self { state, lab, files, dispatch }
    }

    /// Says what happened.
    pub fn send(&self, action: Action) {
        self.dispatch.emit(action);
    }

    /// A callback that says the same thing whenever it is called.
    pub fn on<T>(&self, action: Action) -> Callback<T> {
        let dispatch = self.dispatch.clone();
        Callback::from(move |_| dispatch.emit(action.clone()))
    }

    /// A callback that turns what it is called with into an action.
    pub fn with<T: 'static>(&self, make: impl Fn(T) -> Action + 'static) -> Callback<T> {
        let dispatch = self.dispatch.clone();
        Callback::from(move |value| dispatch.emit(make(value)))
    }
}

impl PartialEq for Ctx {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state) && self.lab == other.lab
    }
}

impl std::fmt::Debug for Ctx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ctx").field("state", &self.state).finish_non_exhaustive()
    }
}
