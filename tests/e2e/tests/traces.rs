//! Every trace of the field, opened in the page as a reader would: recognised, summarised, examined.

use loadstone_e2e::{Page, data_file_or_skip};
use std::path::Path;
use std::time::Duration;

const READ: Duration = Duration::from_secs(60);

/// File, and words of its summary on the page.
const FILES: [(&str, &str); 29] = [
    ("alibaba2017/batch_task.csv", "0 machines"),
    ("alibaba2017/server_event.csv", "0 machines"),
    ("alibaba2018/batch_task_j3.csv", "0 machines"),
    ("alibaba2018/container_meta_c1.csv", "0 machines"),
    ("alibaba2018/machine_meta.csv", "0 machines"),
    ("alibaba2018/machine_usage.csv", "16 machines"),
    ("alibaba2018/machine_usage_15min_118nodes.csv", "118 machines"),
    ("alibaba2021/Callgraph.csv", "0 machines"),
    ("alibaba2021/Node.csv", "964 machines"),
    ("alibaba2021/Resource.csv", "402 services"),
    ("chaosstarbench/expdelay-compose-3i.json", "instances"),
    ("chaosstarbench/jaeger_trace_edges.csv", "0 machines"),
    ("chaosstarbench/jaeger_traces_1695947455229.json", "0 machines"),
    ("chaosstarbench/pod-fail-test.json", "instances"),
    ("chaosstarbench/rfluc-userr.json", "instances"),
    ("chaosstarbench/sample_1hr.json", "instances"),
    ("chaosstarbench/test-failure.json", "instances"),
    ("sockshop/container_chaos_faults.csv", "0 machines"),
    ("sockshop/container_chaos_nodes.csv", "3 machines"),
    ("sockshop/container_chaos_pods.csv", "19 instances"),
    ("sockshop/raw_container-chaos-info.csv", "0 machines"),
    ("sockshop/raw_metric-pod-carts-5ff676694b-fzj9z.csv", "1 "),
    ("sockshop/train_pods.csv", "19 instances"),
    ("wide/simple_metrics.csv", "12 services"),
    ("chaosstarbench/call_edges.csv", "0 "),
    ("chaosstarbench/store_spans.csv", "0 "),
    ("chaosstarbench/inferred_faults.json", "0 "),
    ("schemas/cluster-trace-v2017_schema.csv", "0 "),
    ("schemas/cluster-trace-v2018_schema.txt", "0 "),
];

fn open(page: &Page, path: &Path) -> String {
    page.choose_file(path);
    let name = path.file_name().expect("a file").to_string_lossy().into_owned();
    page.wait_for("dataset-summary", |text| text.contains(&name), READ)
}

#[test]
fn every_trace_opens_and_is_examined() {
    let page = Page::open("");
    page.wait_until_ready();
    for (file, words) in FILES {
        let Some(path) = data_file_or_skip("every_trace_opens_and_is_examined", file) else { continue };
        let summary = open(&page, &path);
        assert!(summary.contains(words), "{file}: {summary}");
        assert!(page.text("doctor-report").contains("Findings"), "{file}");
    }
    assert_eq!(page.take_errors(), Vec::<String>::new());
}

#[test]
fn an_archive_and_several_files_at_once_make_one_data_set() {
    let test = "an_archive_and_several_files_at_once_make_one_data_set";
    let Some(pods) = data_file_or_skip(test, "sockshop/container_chaos_pods.csv") else { return };
    let Some(faults) = data_file_or_skip(test, "sockshop/container_chaos_faults.csv") else { return };
    let page = Page::open("");
    page.wait_until_ready();
    page.choose_files(&[&pods, &faults]);
    page.wait_for("dataset-summary", |text| text.contains("and 1 more"), READ);
    let system = page.text("system");
    assert!(system.contains("19 instances of 13 services") && system.contains("94 fault labels"), "{system}");
    // The browser packs a table itself, and the page unpacks it.
    let script = "const text = 'm_1,0,10,20,,,3,4,5\\nm_1,60,30,20,,,3,4,5\\n'.repeat(50);
        const packed = new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip')));
        const bytes = new Uint8Array(await packed.arrayBuffer());
        const summary = await loadstone.open([{ name: 'usage.csv.gz', bytes }]);
        return JSON.stringify([summary.nodes, summary.n_rows, summary.files[0].bytes === bytes.length]);";
    assert_eq!(page.execute_async(script).expect("a data set").as_str(), Some("[[\"m_1\"],100,true]"));
}

#[test]
fn files_dropped_on_the_page_are_opened() {
    let page = Page::open("");
    page.wait_until_ready();
    let drop = "const rows = [...Array(30).keys()].map((n) => `${1700000000 + 60 * n},web-${n % 2},0.${n % 7}`);
        const table = 'timestamp,pod,cpu_cores\\n' + rows.join('\\n') + '\\n';
        const transfer = new DataTransfer();
        transfer.items.add(new File([table], 'pods.csv'));
        transfer.items.add(new File(['start,end,target,fault_type\\n1700000300,1700000600,web-1,cpu\\n'], 'faults.csv'));
        document.body.dispatchEvent(
          new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));";
    page.execute(drop);
    page.wait_for("dataset-summary", |text| text.contains("pods.csv and 1 more: 2 instances"), READ);
    assert!(page.text("system").contains("1 fault label"), "{}", page.text("system"));
}

#[test]
fn a_stranger_maps_an_unknown_wide_table() {
    let test = "a_stranger_maps_an_unknown_wide_table";
    let Some(path) = data_file_or_skip(test, "wide/simple_metrics.csv") else { return };
    let page = Page::open("");
    page.wait_until_ready();
    open(&page, &path);
    assert!(page.text("mapping").contains("This is a guess"), "{}", page.text("mapping"));
    // The guess took it for a wide table; one column is taken out, and the files are read again.
    let layout = page.execute("return document.querySelector('[data-testid=mapping-layout]').value");
    assert_eq!(layout, serde_json::json!("wide"));
    page.click_inside("mapping", "summary");
    page.select("role-adservice_cpu", "ignored");
    page.click_inside("read-again", "button");
    page.wait_for("mapping", |text| text.contains("As chosen here"), READ);

    let european = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/european.csv");
    let fresh = Page::open("");
    fresh.wait_until_ready();
    let summary = open(&fresh, &european);
    assert!(summary.contains("2 "), "{summary}");
    let checked =
        "return [...document.querySelectorAll('[data-testid=mapping] input[type=checkbox]')].map((box) => box.checked)";
    let checked = fresh.execute(checked);
    assert_eq!(checked[1], serde_json::json!(true), "decimal commas");
}

#[test]
fn the_simulated_mesh_shows_its_graph_over_time() {
    let page = Page::open("");
    page.wait_until_ready();
    page.open_stage("data");
    page.select("scenario-select", "mesh-paper");
    page.wait_for("dataset-summary", |text| text.contains("48 instances"), READ);
    page.wait_for("system", |text| text.contains("26 services") && text.contains("1 fault label"), READ);
    page.open_stage("graph");
    let move_slider = "const slider = document.querySelector('[data-testid=time-slider]');
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
        set.call(slider, '1000'); slider.dispatchEvent(new InputEvent('input', { bubbles: true }));";
    page.execute(move_slider);
    page.wait_for("snapshot-chart", |text| text.contains("48 instances"), READ);
    assert!(page.text("graph-over-time").contains("uses only what lies before it"));
    assert_eq!(page.take_errors(), Vec::<String>::new());
}
