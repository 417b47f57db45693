package main

// The program that runs inside the sandbox: it makes the calls of roundtable_calls.go and tells what each
// gave. The expected values never enter the sandbox; the host compares. Arguments: a number used once, and
// the ids of the calls, with commas.

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"time"
)

const roundtableMaxText, roundtableDepth, roundtableReruns, roundtableRerunBelow = 20000, 60, 2, 200.0

type roundtableCall struct {
	fails bool // the last result is an error
	make  func() []interface{}
}

var roundtableOut = os.Stdout
var errRoundtable = errors.New("no plain value")

func roundtablePack(values ...interface{}) []interface{} { return values }

func roundtableTell(facts map[string]interface{}) {
	line, err := json.Marshal(facts)
	if err == nil {
		roundtableOut.WriteString("\n" + os.Args[1] + " " + string(line) + "\n")
	}
}

func main() {
	var ids []int
	for _, word := range strings.Split(os.Args[2], ",") {
		id, _ := strconv.Atoi(word)
		ids = append(ids, id)
	}
	var times []float64
	total := 0.0
	for _, id := range ids {
		roundtableTell(map[string]interface{}{"start": id})
		ms, facts := roundtableMake(roundtableCalls[id])
		facts["id"], facts["ms"] = id, ms
		roundtableTell(facts)
		times, total = append(times, ms), total+ms
	}
	if total >= roundtableRerunBelow {
		return
	}
	all := [][]float64{times}
	for run := 0; run < roundtableReruns; run++ {
		var again []float64
		for _, id := range ids {
			ms, _ := roundtableMake(roundtableCalls[id])
			again = append(again, ms)
		}
		all = append(all, again)
	}
	roundtableTell(map[string]interface{}{"times": all})
}

func roundtableMake(call roundtableCall) (ms float64, facts map[string]interface{}) {
	defer func() {
		if cause := recover(); cause != nil {
			names := []string{"panic"}
			if _, known := cause.(error); known {
				names = append(names, "error")
			}
			facts = roundtableFailure(names, fmt.Sprint(cause))
		}
	}()
	start := time.Now()
	values := call.make()
	ms = float64(time.Since(start).Nanoseconds()) / 1e6
	if call.fails {
		last := values[len(values)-1]
		values = values[:len(values)-1]
		if last != nil {
			return ms, map[string]interface{}{"raised": []string{"error"}, "text": fmt.Sprint(last), "where": "", "frames": []string{}}
		}
	}
	return ms, roundtableRendered(values)
}

func roundtableFailure(names []string, text string) map[string]interface{} {
	frames := []map[string]interface{}{}
	where := ""
	counters := make([]uintptr, 64)
	all := runtime.CallersFrames(counters[:runtime.Callers(3, counters)])
	for {
		frame, more := all.Next()
		file := path.Base(frame.File)
		if strings.HasPrefix(frame.Function, "main.") && !strings.HasPrefix(file, "roundtable_") && len(frames) < 3 {
			known := map[string]interface{}{"file": path.Join(roundtableFolder, file), "line": frame.Line, "name": frame.Function[5:]}
			if len(frames) == 0 {
				where = fmt.Sprintf("%s:%d", known["file"], frame.Line)
			}
			frames = append([]map[string]interface{}{known}, frames...)
		}
		if !more {
			break
		}
	}
	if len(text) > 300 {
		text = text[:300]
	}
	return map[string]interface{}{"raised": names, "text": text, "where": where, "frames": frames}
}

func roundtableRendered(values []interface{}) map[string]interface{} {
	var to strings.Builder
	var err error
	switch len(values) {
	case 0:
		to.WriteString("None")
	case 1:
		err = roundtableLiteral(reflect.ValueOf(values[0]), &to, 0)
	default:
		err = roundtableItems(reflect.ValueOf(values), "(", ")", &to, 0)
	}
	if err == nil && to.Len() <= roundtableMaxText {
		return map[string]interface{}{"value": to.String()}
	}
	text := fmt.Sprintf("%+v", values[0])
	if len(text) > roundtableMaxText {
		text = text[:roundtableMaxText]
	}
	return map[string]interface{}{"object": fmt.Sprintf("%T", values[0]), "repr": text}
}

// The text of a Python literal.
func roundtableLiteral(value reflect.Value, to *strings.Builder, depth int) error {
	if depth > roundtableDepth {
		return errRoundtable
	}
	switch value.Kind() {
	case reflect.Invalid:
		to.WriteString("None")
	case reflect.Bool:
		to.WriteString(map[bool]string{true: "True", false: "False"}[value.Bool()])
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		to.WriteString(strconv.FormatInt(value.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		to.WriteString(strconv.FormatUint(value.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		to.WriteString(roundtableDecimal(value))
	case reflect.String:
		to.WriteString(strconv.QuoteToASCII(value.String()))
	case reflect.Slice, reflect.Array:
		return roundtableItems(value, "[", "]", to, depth)
	case reflect.Map:
		to.WriteString("{")
		for place, key := range value.MapKeys() {
			if place > 0 {
				to.WriteString(", ")
			}
			if err := roundtableLiteral(key, to, depth+1); err != nil {
				return err
			}
			to.WriteString(": ")
			if err := roundtableLiteral(value.MapIndex(key), to, depth+1); err != nil {
				return err
			}
		}
		to.WriteString("}")
	case reflect.Ptr, reflect.Interface:
		if value.IsNil() {
			to.WriteString("None")
			return nil
		}
		return roundtableLiteral(value.Elem(), to, depth+1)
	default:
		return errRoundtable
	}
	return nil
}

func roundtableDecimal(value reflect.Value) string {
	number, bits := value.Float(), value.Type().Bits()
	switch {
	case math.IsNaN(number):
		return "nan"
	case math.IsInf(number, 0):
		return map[bool]string{true: "inf", false: "-inf"}[number > 0]
	}
	text := strconv.FormatFloat(number, 'g', -1, bits)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

func roundtableItems(value reflect.Value, open, end string, to *strings.Builder, depth int) error {
	to.WriteString(open)
	for place := 0; place < value.Len(); place++ {
		if place > 0 {
			to.WriteString(", ")
		}
		if err := roundtableLiteral(value.Index(place), to, depth+1); err != nil {
			return err
		}
	}
	to.WriteString(end)
	return nil
}
