// Tries one thing that a sandbox must not allow. Arguments: what to try, and on what.
package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	on := os.Args[2]
	number, _ := strconv.Atoi(on)
	megabyte := strings.Repeat("x", 1<<20)
	switch os.Args[1] {
	case "connect":
		_, err := net.DialTimeout("tcp", "127.0.0.1:"+on, 2*time.Second)
		must(err)
		fmt.Println("ESCAPED")
	case "read":
		text, err := os.ReadFile(on)
		must(err)
		fmt.Println(string(text))
	case "write":
		must(os.WriteFile(on, []byte("ESCAPED"), 0o644))
	case "forks":
		for n := 1; n <= number; n++ {
			must(exec.Command("sleep", "30").Start())
			fmt.Println(n)
		}
	case "memory":
		kept := make([][]byte, 0, number)
		for n := 0; n < number; n++ {
			kept = append(kept, []byte(megabyte))
		}
		fmt.Println("ESCAPED", len(kept))
	case "loop":
		for {
		}
	case "sleep":
		time.Sleep(time.Duration(number) * time.Second)
		fmt.Println("ESCAPED")
	case "output":
		for n := 0; n < number; n++ {
			fmt.Print(megabyte)
		}
	case "environment":
		fmt.Println(os.Environ())
		paths, _ := filepath.Glob("/proc/*/environ")
		for _, path := range paths {
			text, _ := os.ReadFile(path)
			fmt.Println(string(text))
		}
	case "fill":
		for n := 0; n < 20; n++ {
			must(os.WriteFile(filepath.Join(on, strconv.Itoa(n)), make([]byte, 15<<20), 0o644))
		}
		fmt.Println("ESCAPED")
	default:
		os.Exit(2)
	}
}
