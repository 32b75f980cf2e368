//! `cargo xtask <command>`: everything that cargo alone cannot say.

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use std::process::ExitCode;
use xtask::{bench, fuzz, page, paths::Paths, reading, serve, test, tools};

const HELP: &str = "\
Usage: cargo xtask <command>

  serve [--port N] [--dev]   build the page and serve it; --dev watches the sources and builds again
  build                      build the page into dist/
  test [--only PART]         run every check; PART is fmt, clippy, native, wasm or e2e
  sample                     build the page, run its sample and store the result in static/data
  pictures FOLDER            pictures of the built page, wide and narrow, light and dark
  bench                      print sizes and native and wasm timings side by side
  bench --reading [--mib N] [--repeats N]
                             read a made-up trace of N MiB (default 1024) in the browser, beside other readers
  fuzz [--secs N] [TARGET]   fuzz one reader of foreign bytes, or all, each for N seconds (default 600)
  setup                      install whatever is missing and stop

Every command installs what it needs first. LOADSTONE_CACHE says where tools and builds are kept
(default: ~/.cache/loadstone).";

fn main() -> ExitCode {
    match command() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<ExitCode> {
    let mut arguments = Parser::from_env();
    let name = match arguments.next()? {
        Some(Arg::Value(name)) => name.string()?,
        Some(Arg::Long("help") | Arg::Short('h')) | None => "help".to_owned(),
        Some(other) => return Err(other.unexpected().into()),
    };
    match name.as_str() {
        "serve" => serve_command(&mut arguments)?,
        "build" => build_command(&mut arguments)?,
        "test" => return test_command(&mut arguments),
        "sample" => sample_command(&mut arguments)?,
        "pictures" => pictures_command(&mut arguments)?,
        "bench" => bench_command(&mut arguments)?,
        "fuzz" => fuzz_command(&mut arguments)?,
        "setup" => setup_command(&mut arguments)?,
        "help" => println!("{HELP}"),
        other => bail!("there is no command `{other}`: `cargo xtask help` lists them"),
    }
    Ok(ExitCode::SUCCESS)
}

fn serve_command(arguments: &mut Parser) -> Result<()> {
    let mut options = serve::Options::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("dev") => options.dev = true,
            Arg::Long("port") => {
                let port = arguments.value()?.string()?;
                options.port = port.parse().ok().context("--port expects a number from 0 to 65535")?;
            }
            other => return Err(other.unexpected().into()),
        }
    }
    serve::serve(&tools::for_page(Paths::find()?)?, options)
}

fn build_command(arguments: &mut Parser) -> Result<()> {
    no_more(arguments)?;
    page::build(&tools::for_page(Paths::find()?)?)
}

fn test_command(arguments: &mut Parser) -> Result<ExitCode> {
    let mut parts = test::Part::ALL.to_vec();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("only") => parts = vec![arguments.value()?.string()?.parse()?],
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(if test::test(Paths::find()?, &parts)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn bench_command(arguments: &mut Parser) -> Result<()> {
    let mut options = None;
    while let Some(argument) = arguments.next()? {
        match (argument, &mut options) {
            (Arg::Long("reading"), None) => options = Some(reading::Options::default()),
            (Arg::Long("mib"), Some(reading::Options { mib, .. })) => {
                *mib = arguments.value()?.parse().context("--mib expects a number")?;
            }
            (Arg::Long("repeats"), Some(reading::Options { repeats, .. })) => {
                *repeats = arguments.value()?.parse().context("--repeats expects a number")?;
            }
            (other, _) => return Err(other.unexpected().into()),
        }
    }
    let tools = tools::for_everything(Paths::find()?)?;
    match options {
        Some(options) => reading::reading(&tools, options),
        None => bench::bench(&tools),
    }
}

fn sample_command(arguments: &mut Parser) -> Result<()> {
    no_more(arguments)?;
    let tools = tools::for_everything(Paths::find()?)?;
    page::build(&tools)?;
    test::page_tool(&tools, "make-sample", &[])
}

fn pictures_command(arguments: &mut Parser) -> Result<()> {
    let folder = arguments.value().context("pictures needs a folder")?;
    no_more(arguments)?;
    test::page_tool(&tools::for_everything(Paths::find()?)?, "pictures", &[folder])
}

fn fuzz_command(arguments: &mut Parser) -> Result<()> {
    let mut options = fuzz::Options { target: None, secs: 600 };
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("secs") => options.secs = arguments.value()?.parse().context("--secs expects a number")?,
            Arg::Value(name) => options.target = Some(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    fuzz::fuzz(Paths::find()?, &options)
}

fn setup_command(arguments: &mut Parser) -> Result<()> {
    no_more(arguments)?;
    tools::for_everything(Paths::find()?)?;
    Ok(())
}

fn no_more(arguments: &mut Parser) -> Result<()> {
    match arguments.next()? {
        None => Ok(()),
        Some(argument) => Err(argument.unexpected().into()),
    }
}
