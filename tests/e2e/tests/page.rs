//! The page opens, keeps to its policy and stays on its own origin.

use loadstone_e2e::{BELOW, Page};
use std::time::Duration;

/// Waits until the page's own code has drawn something.
fn opened() -> Page {
    let page = Page::open("");
    page.execute_async(
        "for (let n = 0; n < 200; n++) {
           if (document.querySelector('[data-testid]')) return;
           await new Promise((later) => setTimeout(later, 50));
         }
         throw new Error('nothing was drawn within 10 s');",
    )
    .expect("the page draws itself");
    page
}

#[test]
fn the_page_opens_with_its_title_and_a_quiet_console() {
    let page = opened();
    assert!(page.title().starts_with("Loadstone"), "{}", page.title());
    assert!(!page.has("error"), "{}", page.text("error"));
    assert_eq!(page.take_errors(), [""; 0]);
}

#[test]
fn no_request_leaves_the_origin() {
    let page = opened();
    std::thread::sleep(Duration::from_secs(2));
    let requests = page.requests();
    assert!(requests.iter().any(|address| address.ends_with(".wasm")), "the log is blind: {requests:?}");
    let is_local = |address: &str| ["data:", "blob:", "about:"].iter().any(|local| address.starts_with(local));
    let is_own = |address: &&String| address.starts_with(&page.url()) || is_local(address);
    let strangers: Vec<_> = requests.iter().filter(|address| !is_own(address)).collect();
    assert!(strangers.is_empty(), "outside {BELOW}: {strangers:?}");
}

#[test]
fn the_policy_refuses_other_hosts_and_inline_scripts() {
    let page = opened();
    let refused = page.execute_async("await fetch('http://127.0.0.1:9/')").expect_err("the policy refuses");
    assert!(refused.as_str().is_some_and(|text| text.starts_with("TypeError")), "{refused}");
    page.execute(
        "const script = document.createElement('script');
         script.textContent = 'window.inlineRan = true';
         document.body.append(script);",
    );
    assert_eq!(page.execute("return window.inlineRan === true"), false);
    let errors = page.take_errors();
    let n_refusals = errors.iter().filter(|error| error.contains("Content Security Policy")).count();
    assert!(n_refusals >= 2, "{errors:?}");
}

/// A worker started from a file has the policy of that file's response, which is none on a static host.
#[test]
fn every_worker_is_bound_by_the_policy() {
    let page = opened();
    let start = "return await new Promise((answer) => {
           const worker = new Worker(address, { type: 'module' });
           worker.onmessage = (message) => answer(message.data);
           worker.onerror = () => answer('refused');
         });";
    let from_file = page.execute_async(&format!("const address = './worker_loader.js'; {start}"));
    assert_eq!(from_file, Ok("refused".into()));
    assert!(page.take_errors().iter().any(|error| error.contains("worker-src")));

    let script = "fetch('http://127.0.0.1:9/', { mode: 'no-cors' }).then(() => postMessage('sent'), () => postMessage('refused'))";
    let blob = format!("const address = URL.createObjectURL(new Blob([\"{script}\"], {{ type: 'text/javascript' }}));");
    assert_eq!(page.execute_async(&format!("{blob} {start}")), Ok("refused".into()));
    assert!(page.take_errors().iter().any(|error| error.contains("connect-src")));
}
