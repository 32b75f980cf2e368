//! The worker's clock and its pauses.

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

use super::outbox::scope;

/// Milliseconds since the worker began.
pub(super) fn now_millis() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}

/// A way back to the browser's queue: a message to oneself.
///
/// A promise would not do, because microtasks run before the next message is taken; a timer would, but browsers
/// stretch nested timers to 4 ms.
pub(super) struct Pause(MessageChannel);

impl Pause {
    /// # Errors
    /// When the browser has no message channels.
    pub(super) fn new() -> Result<Self, JsValue> {
        MessageChannel::new().map(Self)
    }

    /// Lets every message that is waiting be handled first.
    pub(super) async fn take(&self) {
        let turn = Promise::new(&mut |resolve: Function, reject: Function| {
            self.0.port1().set_onmessage(Some(&resolve));
            if let Err(error) = self.0.port2().post_message(&JsValue::NULL) {
                // Without a message there is no pause, and waiting for it would be for ever.
                drop(reject.call1(&JsValue::NULL, &error));
            }
        });
        drop(JsFuture::from(turn).await);
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        self.0.port1().close();
        self.0.port2().close();
    }
}

/// Waits without using the processor.
pub(super) async fn sleep(millis: i32) {
    let timer = Promise::new(&mut |resolve: Function, reject: Function| {
        let set = scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
        if let Err(error) = set {
            drop(reject.call1(&JsValue::NULL, &error));
        }
    });
    drop(JsFuture::from(timer).await);
}

/// Lets something happen at most ten times a second.
#[derive(Debug)]
pub(super) struct Throttle {
    next_millis: f64,
}

impl Throttle {
    const EVERY_MILLIS: f64 = 100.0;

    /// The first time is free.
    pub(super) const fn new() -> Self {
        Self { next_millis: 0.0 }
    }

    /// Whether it may happen now; then it counts as having happened.
    pub(super) fn allows(&mut self, now_millis: f64) -> bool {
        let due = now_millis >= self.next_millis;
        if due {
            self.next_millis = now_millis + Self::EVERY_MILLIS;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_ten_a_second_pass() {
        let mut throttle = Throttle::new();
        let passed = (0..1000).filter(|&millis| throttle.allows(f64::from(millis))).count();
        assert_eq!(passed, 10);
    }
}
