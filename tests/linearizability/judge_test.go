package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// Makes histories by doing calls one after the other on the rules, each at a moment somewhere inside its call, so that
// they are explained by an order; and spoils them.
type maker struct {
	random  *rand.Rand
	key     string
	calls   []Call
	states  []interface{}
	rules   Rules
	applied []string
	// One call in so many ends unknown. Clients try again until they know, so there are few.
	knownFor int
}

func newMaker(seed int64, key string) *maker {
	rules, _ := rulesOf(key)
	everything := map[string]bool{}
	for i := 0; i < 10000; i++ {
		everything[fmt.Sprint(i)] = true
	}
	return &maker{random: rand.New(rand.NewSource(seed)), key: key, rules: rules, knownFor: 15,
		states: []interface{}{rules.initial(everything)}}
}

func (m *maker) state() interface{} { return m.states[len(m.states)-1] }

// call does one at moment 100 * n; the call itself may begin and end much earlier and later.
func (m *maker) call(op string, args Args) {
	n := int64(len(m.calls))
	call := Call{ID: fmt.Sprint(n), Client: fmt.Sprint(m.random.Intn(5)), Key: m.key, Op: op, Args: args,
		StartNs: 100*n - m.random.Int63n(250), EndNs: 100*n + m.random.Int63n(250)}
	if op == "balance" {
		m.read(call)
		return
	}
	decidedOn := m.state()
	if m.random.Intn(10) == 0 {
		// A fenced owner that refuses from what it knew.
		decidedOn = m.states[m.random.Intn(len(m.states))]
	}
	var reason string
	if m.key[0] == 'b' {
		reason = decidedOn.(budget).objection(call)
	} else {
		reason = decidedOn.(diary).objection(call)
	}
	if reason != "" {
		call.Outcome, call.Reason = refused, reason
		m.calls = append(m.calls, call)
		return
	}
	call.Outcome = ok
	possible, next := m.rules.step(m.state(), call)
	if m.random.Intn(m.knownFor) == 0 {
		call.Outcome = unknown
		call.EndNs = 0
		possible = possible && m.random.Intn(2) == 0
	} else if !possible {
		return
	}
	if possible {
		m.states = append(m.states, next)
		m.applied = append(m.applied, call.ID)
	}
	m.calls = append(m.calls, call)
}

// read looks at a state that may be old, but not older than what it waits for.
func (m *maker) read(call Call) {
	oldest := 0
	if len(m.applied) > 0 && m.random.Intn(2) == 0 {
		oldest = 1 + m.random.Intn(len(m.applied))
		call.After = []string{m.applied[oldest-1]}
	}
	seen := m.states[oldest+m.random.Intn(len(m.states)-oldest)].(budget)
	if !seen.open {
		call.Outcome, call.Reason = refused, "BUDGET_NOT_FOUND"
	} else {
		call.Outcome, call.Result = ok, &Balance{seen.lines}
	}
	m.calls = append(m.calls, call)
}

func (m *maker) budget(calls int) []Call {
	m.call("open", Args{Lines: map[string]int64{"main": 1000, "extra": 300}})
	for i := 1; i < calls; i++ {
		line := []string{"main", "main", "extra"}[m.random.Intn(3)]
		hold := fmt.Sprint("h", i-1-m.random.Intn(min(i, 12)))
		pence := 50 + m.random.Int63n(250)
		switch m.random.Intn(8) {
		case 0, 1, 2:
			m.call("place_hold", Args{Line: line, Hold: fmt.Sprint("h", i), Pence: pence})
		case 3:
			m.call("post_hold", Args{Hold: hold, Pence: pence})
		case 4:
			m.call("void_hold", Args{Hold: hold})
		case 5:
			m.call("refund", Args{Hold: hold, Pence: pence / 2})
		case 6:
			m.call("allocate", Args{Line: line, Pence: 100})
		default:
			m.call("balance", Args{})
		}
	}
	return m.calls
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func (m *maker) diary(calls int) []Call {
	for i := 0; i < calls; i++ {
		if booking := fmt.Sprint("b", m.random.Intn(i+1)); m.random.Intn(3) == 0 {
			m.call("cancel", Args{Booking: booking})
			continue
		}
		from := m.random.Int63n(12) * 1800
		m.call("accept", Args{Booking: fmt.Sprint("b", i), Worker: []string{"asha", "ben"}[m.random.Intn(2)], FromS: from,
			ToS: from + 3600})
	}
	return m.calls
}

func judge(t *testing.T, calls []Call) porcupine.CheckResult {
	t.Helper()
	var lines strings.Builder
	for _, call := range calls {
		line, err := json.Marshal(call)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	history, err := Read(strings.NewReader(lines.String()))
	if err != nil {
		t.Fatal(err)
	}
	verdicts, err := Judge(history, 20*time.Second, nil)
	if err != nil {
		t.Fatal(err)
	}
	return verdicts[0].Result
}

func TestWhatHappenedInOrderIsExplained(t *testing.T) {
	for seed := int64(0); seed < 60; seed++ {
		if got := judge(t, newMaker(seed, "budget/b").budget(150)); got != porcupine.Ok {
			t.Errorf("budget of seed %d: %v", seed, got)
		}
		if got := judge(t, newMaker(seed, "diary/p").diary(150)); got != porcupine.Ok {
			t.Errorf("diary of seed %d: %v", seed, got)
		}
	}
}

// Each spoils a history in a way that a broken system would; nil where there is nothing to spoil.
var faults = map[string]func(calls []Call) []Call{
	"budget: a balance is a penny off": func(calls []Call) []Call {
		for i, call := range calls {
			if call.Op == "balance" && call.Outcome == ok {
				spoiled := map[string]Line{}
				for id, line := range call.Result.Lines {
					spoiled[id] = Line{line.Allocated - 1, line.Held, line.Spent, line.Free - 1}
				}
				calls[i].Result = &Balance{spoiled}
				return calls
			}
		}
		return nil
	},
	"budget: a hold is posted twice": func(calls []Call) []Call {
		for _, call := range calls {
			if call.Op == "post_hold" && call.Outcome == ok {
				return append(calls, later(call))
			}
		}
		return nil
	},
	"budget: more is held than is free": func(calls []Call) []Call {
		for i, call := range calls {
			if call.Op == "place_hold" && call.Outcome == ok {
				calls[i].Args.Pence += 1_000_000
				return calls
			}
		}
		return nil
	},
	"budget: a refusal was never true": func(calls []Call) []Call {
		for i, call := range calls {
			if call.Op == "place_hold" && call.Reason == "NOT_ENOUGH_FREE" {
				calls[i].Args.Pence = 0
				return calls
			}
		}
		return nil
	},
	"budget: an acknowledged allocation is lost": func(calls []Call) []Call {
		// A read that waits for it does not show it.
		for i, call := range calls {
			for j := i + 1; call.Op == "allocate" && call.Outcome == ok && j < len(calls); j++ {
				if calls[j].Op == "balance" && calls[j].Outcome == ok {
					calls[i].Args.Pence += 1_000_000
					calls[j].After = []string{call.ID}
					return calls[:j+1]
				}
			}
		}
		return nil
	},
	"diary: a worker is in two places": func(calls []Call) []Call {
		for _, call := range calls {
			if call.Op == "accept" && call.Outcome == ok && !cancelled(calls, call) {
				other := later(call)
				other.Args.Booking = "other"
				other.Args.FromS += 60
				return append(calls, other)
			}
		}
		return nil
	},
	"diary: what was cancelled is accepted": func(calls []Call) []Call {
		for _, call := range calls {
			if call.Op == "cancel" && call.Outcome == ok {
				other := later(call)
				other.Op, other.Args.Worker, other.Args.ToS = "accept", "nobody else", 1
				return append(calls, other)
			}
		}
		return nil
	},
}

// later is the same call by somebody else after everything.
func later(call Call) Call {
	call.ID, call.Client, call.StartNs, call.EndNs = "later", "later", 1_000_000, 1_000_001
	return call
}

func cancelled(calls []Call, visit Call) bool {
	for _, call := range calls {
		if call.Op == "cancel" && call.Args.Booking == visit.Args.Booking {
			return true
		}
	}
	return false
}

func TestWhatWasSpoiledIsNotExplained(t *testing.T) {
	for name, spoil := range faults {
		spoiled := 0
		for seed := int64(0); seed < 20; seed++ {
			var calls []Call
			if strings.HasPrefix(name, "budget") {
				calls = spoil(newMaker(seed, "budget/b").budget(40))
			} else {
				calls = spoil(newMaker(seed, "diary/p").diary(40))
			}
			if calls == nil {
				continue
			}
			spoiled++
			if got := judge(t, calls); got != porcupine.Illegal {
				t.Errorf("%s, seed %d: %v", name, seed, got)
			}
		}
		if spoiled < 5 {
			t.Errorf("%s was tried %d times only", name, spoiled)
		}
	}
}

// As long as a run with faults makes them.
func TestALongHistoryIsJudgedInTime(t *testing.T) {
	budget, diary := newMaker(1, "budget/b"), newMaker(1, "diary/p")
	budget.knownFor, diary.knownFor = 200, 200
	if got := judge(t, budget.budget(1500)); got != porcupine.Ok {
		t.Errorf("budget: %v", got)
	}
	if got := judge(t, diary.diary(1500)); got != porcupine.Ok {
		t.Errorf("diary: %v", got)
	}
}

func TestTheExamplesOfTheReadme(t *testing.T) {
	for path, want := range map[string]int{"testdata/right.jsonl": 0, "testdata/wrong.jsonl": 1} {
		if got := run([]string{path}, time.Minute, ""); got != want {
			t.Errorf("%s: exit code %d", path, got)
		}
	}
}

func TestWhatIsNoHistoryIsAnError(t *testing.T) {
	for what, line := range map[string]string{
		"an unknown field":      `{"id":"1","client":"a","key":"budget/b","op":"open","outcome":"ok","more":1}`,
		"an unknown operation":  `{"id":"1","client":"a","key":"budget/b","op":"accept","outcome":"ok"}`,
		"an unknown kind":       `{"id":"1","client":"a","key":"listing/b","op":"open","outcome":"ok"}`,
		"an unknown outcome":    `{"id":"1","client":"a","key":"budget/b","op":"open","outcome":"maybe"}`,
		"no reason":             `{"id":"1","client":"a","key":"budget/b","op":"open","outcome":"refused"}`,
		"an end before a start": `{"id":"1","client":"a","key":"budget/b","op":"open","outcome":"ok","start_ns":2}`,
	} {
		if _, err := Read(strings.NewReader(line)); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	for what, lines := range map[string]string{
		"an id twice": `{"id":"1","client":"a","key":"budget/b","op":"open","outcome":"ok"}
{"id":"1","client":"a","key":"budget/b","op":"open","outcome":"ok"}`,
		"after nobody": `{"id":"1","client":"a","key":"budget/b","op":"balance","outcome":"ok","after":["2"]}`,
	} {
		history, err := Read(strings.NewReader(lines))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Judge(history, time.Second, nil); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	empty, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := run([]string{empty.Name()}, time.Second, ""); got != 2 {
		t.Errorf("nothing was judged with exit code %d", got)
	}
}
