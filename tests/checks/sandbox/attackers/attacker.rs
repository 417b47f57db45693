//! Tries one thing that a sandbox must not allow. Arguments: what to try, and on what.
use std::{env, fs, io::Write, net::TcpStream, process::Command, thread, time::Duration};

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let on = arguments[2].as_str();
    let number: usize = on.parse().unwrap_or(0);
    match arguments[1].as_str() {
        "connect" => {
            TcpStream::connect(("127.0.0.1", number as u16)).unwrap();
            println!("ESCAPED");
        }
        "read" => println!("{}", fs::read_to_string(on).unwrap()),
        "write" => fs::write(on, "ESCAPED").unwrap(),
        "forks" => {
            for count in 1..=number {
                Command::new("sleep").arg("30").spawn().unwrap();
                println!("{count}");
            }
        }
        "memory" => {
            let kept: Vec<Vec<u8>> = (0..number).map(|_| vec![1; 1 << 20]).collect();
            println!("ESCAPED {}", kept.len());
        }
        "loop" => loop {
            std::hint::black_box(0);
        },
        "sleep" => {
            thread::sleep(Duration::from_secs(number as u64));
            println!("ESCAPED");
        }
        "output" => {
            let megabyte = "x".repeat(1 << 20);
            for _ in 0..number {
                std::io::stdout().write_all(megabyte.as_bytes()).unwrap();
            }
        }
        "environment" => {
            println!("{:?}", env::vars().collect::<Vec<_>>());
            for entry in fs::read_dir("/proc").unwrap().flatten() {
                if let Ok(text) = fs::read(entry.path().join("environ")) {
                    println!("{}", String::from_utf8_lossy(&text));
                }
            }
        }
        "fill" => {
            for count in 0..20 {
                fs::write(format!("{on}/{count}"), vec![0; 15 << 20]).unwrap();
            }
            println!("ESCAPED");
        }
        other => panic!("{other}"),
    }
}
