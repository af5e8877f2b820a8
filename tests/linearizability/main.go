// Judges histories of calls: whether each budget and each diary did one thing after the other. README.md has the
// format.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"sort"
	"time"

	"github.com/anishathalye/porcupine"
)

// Verdict on one key.
type Verdict struct {
	Key    string
	Calls  int
	Result porcupine.CheckResult
	Took   time.Duration
}

// Judge gives a verdict on each key, in order. `patience` is for each; what takes longer has no verdict.
func Judge(history map[string][]Call, patience time.Duration,
	picture func(key string) io.WriteCloser) ([]Verdict, error) {
	var keys []string
	for key := range history {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	var verdicts []Verdict
	for _, key := range keys {
		course, err := courseOf(history[key])
		if err != nil {
			return nil, err
		}
		model := course.model()
		started := time.Now()
		verdict := Verdict{Key: key, Calls: len(history[key])}
		if picture == nil {
			verdict.Result = porcupine.CheckOperationsTimeout(model, course.changes, patience)
		} else {
			var info porcupine.LinearizationInfo
			verdict.Result, info = porcupine.CheckOperationsVerbose(model, course.changes, patience)
			if verdict.Result != porcupine.Ok {
				file := picture(key)
				if err := porcupine.Visualize(model, info, file); err != nil {
					return nil, err
				}
				file.Close()
			}
		}
		verdict.Took = time.Since(started)
		verdicts = append(verdicts, verdict)
	}
	return verdicts, nil
}

func run(paths []string, patience time.Duration, pictures string) int {
	history := map[string][]Call{}
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
		part, err := Read(file)
		file.Close()
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
			return 2
		}
		for key, calls := range part {
			history[key] = append(history[key], calls...)
		}
	}
	var picture func(key string) io.WriteCloser
	if pictures != "" {
		number := 0
		picture = func(key string) io.WriteCloser {
			number++
			file, err := os.Create(fmt.Sprintf("%s/%d.html", pictures, number))
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(2)
			}
			fmt.Printf("%s is drawn in %s\n", key, file.Name())
			return file
		}
	}
	verdicts, err := Judge(history, patience, picture)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	code, calls := 0, 0
	for _, verdict := range verdicts {
		calls += verdict.Calls
		switch verdict.Result {
		case porcupine.Illegal:
			fmt.Printf("%s: %d calls: NO ORDER EXPLAINS THEM\n", verdict.Key, verdict.Calls)
			code = 1
		case porcupine.Unknown:
			fmt.Printf("%s: %d calls: no verdict within %v\n", verdict.Key, verdict.Calls, patience)
			if code == 0 {
				code = 3
			}
		}
	}
	if calls == 0 {
		fmt.Fprintln(os.Stderr, "there was nothing to judge")
		return 2
	}
	if code == 0 {
		fmt.Printf("%d calls of %d objects are explained by an order\n", calls, len(verdicts))
	}
	return code
}

func main() {
	patience := flag.Duration("patience", time.Minute, "for each object")
	pictures := flag.String("pictures", "", "an existing folder for a picture of each object that is not explained")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: tests/linearizability/run [--patience 1m] [--pictures FOLDER] HISTORY...\n\n"+
			"Exits with 0 when every object's calls are explained by an order, 1 when one's are not, 2 for what is no\n"+
			"history, 3 when there was no verdict in time.")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	os.Exit(run(flag.Args(), *patience, *pictures))
}
