// Tries one thing that a sandbox must not allow. Arguments: what to try, and on what. Runs in Node.js and QuickJS.
const [what, on] = process.argv.slice(2);
const node = (name) => import(`node:${name}`);
const megabyte = "x".repeat(1 << 20);

const attacks = {
  async connect() {
    const { connect } = await node("net");
    await new Promise((done, fail) => connect(Number(on), "127.0.0.1", done).on("error", fail));
    console.log("ESCAPED");
    process.exit(0);
  },
  async unix() {
    const { connect } = await node("net");
    const path = on.startsWith("@") ? `\0${on.slice(1)}` : on;
    await new Promise((done, fail) => connect(path, done).on("error", fail));
    console.log("ESCAPED");
    process.exit(0);
  },
  async read() {
    const read = await node("fs").then(
      (fs) => (path) => fs.readFileSync(path, "utf8"),
      () => import("qjs:std").then((std) => (path) => std.loadFile(path) ?? fail(`cannot read ${path}`)),
    );
    console.log(read(on));
  },
  async link() {
    const { symlinkSync, readFileSync } = await node("fs");
    symlinkSync(on, "/box/link");
    console.log(readFileSync("/box/link", "utf8"));
  },
  async write() {
    const write = await node("fs").then(
      (fs) => fs.writeFileSync,
      () => import("qjs:std").then((std) => (path, text) => std.open(path, "w").puts(text)),
    );
    write(on, "ESCAPED");
  },
  async forks() {
    const { spawn } = await node("child_process");
    for (let number = 1; number <= Number(on); number++) {
      const child = spawn("sleep", ["30"]);
      await new Promise((done, fail) => child.on("spawn", done).on("error", fail));
      console.log(number);
    }
    process.exit(0);
  },
  memory() {
    const kept = [];
    for (let number = 0; number < Number(on); number++) kept.push(new Uint8Array(1 << 20).fill(1));
    console.log("ESCAPED", kept.length);
  },
  loop() {
    for (;;);
  },
  async sleep() {
    await new Promise((done) => setTimeout(done, Number(on) * 1000));
    console.log("ESCAPED");
  },
  output() {
    for (let number = 0; number < Number(on); number++) process.stdout.write(megabyte);
  },
  async environment() {
    console.log(JSON.stringify(process.env));
    const { readFileSync, readdirSync } = await node("fs");
    for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        console.log(readFileSync(`/proc/${name}/environ`, "utf8"), readFileSync(`/proc/${name}/cmdline`, "utf8"));
      } catch {
        // Not ours.
      }
    }
  },
  async fill() {
    const write = await node("fs").then(
      (fs) => fs.writeFileSync,
      () =>
        import("qjs:std").then((std) => (path, text) => {
          const file = std.open(path, "w");
          file.puts(text);
          file.flush();
          if (file.error() || file.close()) fail(`cannot write ${path}`);
        }),
    );
    for (let number = 0; number < 20; number++) write(`${on}/${number}`, megabyte.repeat(15));
    console.log("ESCAPED");
  },
  async kill_all() {
    for (const pid of [-1, process.ppid, 1]) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Not allowed.
      }
    }
  },
  async survive() {
    const { spawn } = await node("child_process");
    spawn("sleep", [on], { detached: true, stdio: "ignore" }).unref();
  },
};

function fail(text) {
  throw new Error(text);
}

Promise.resolve(attacks[what]()).catch((error) => {
  console.error(String(error));
  process.exit(1);
});
