// A history of calls as clients saw them, and the order in which they must have happened.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Call is one line of a history; README.md says what each field means.
type Call struct {
	ID      string   `json:"id"`
	Client  string   `json:"client"`
	StartNs int64    `json:"start_ns"`
	EndNs   int64    `json:"end_ns"`
	Key     string   `json:"key"`
	Op      string   `json:"op"`
	Args    Args     `json:"args"`
	Outcome string   `json:"outcome"`
	Reason  string   `json:"reason,omitempty"`
	Result  *Balance `json:"result,omitempty"`
	After   []string `json:"after,omitempty"`
}

// Args of all operations; each uses its own.
type Args struct {
	Lines   map[string]int64 `json:"lines,omitempty"`
	Line    string           `json:"line,omitempty"`
	Hold    string           `json:"hold,omitempty"`
	Pence   int64            `json:"pence,omitempty"`
	Booking string           `json:"booking,omitempty"`
	Worker  string           `json:"worker,omitempty"`
	FromS   int64            `json:"from_s,omitempty"`
	ToS     int64            `json:"to_s,omitempty"`
}

// Balance is what a budget says it has, line by line.
type Balance struct {
	Lines map[string]Line `json:"lines"`
}

// Line of a budget, in pence.
type Line struct {
	Allocated int64 `json:"allocated"`
	Held      int64 `json:"held"`
	Spent     int64 `json:"spent"`
	Free      int64 `json:"free"`
}

const (
	ok      = "ok"
	refused = "refused"
	unknown = "unknown"
)

// Read takes a history apart by key. A line that is not understood is an error: what was not judged must not look
// judged.
func Read(from io.Reader) (map[string][]Call, error) {
	history := map[string][]Call{}
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<20)
	for number := 1; lines.Scan(); number++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		decoder := json.NewDecoder(strings.NewReader(lines.Text()))
		decoder.DisallowUnknownFields()
		var call Call
		if err := decoder.Decode(&call); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if err := call.check(); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		history[call.Key] = append(history[call.Key], call)
	}
	return history, lines.Err()
}

func (c Call) check() error {
	if c.ID == "" || c.Key == "" || c.Client == "" {
		return fmt.Errorf("id, client and key must be there")
	}
	if c.Outcome != ok && c.Outcome != refused && c.Outcome != unknown {
		return fmt.Errorf("no outcome is called %q", c.Outcome)
	}
	if c.Outcome != unknown && c.EndNs < c.StartNs {
		return fmt.Errorf("ends before it starts")
	}
	if c.Outcome == refused && c.Reason == "" {
		return fmt.Errorf("refused without a reason")
	}
	rules, found := rulesOf(c.Key)
	if !found {
		return fmt.Errorf("no rules for key %q", c.Key)
	}
	if !rules.operations[c.Op] {
		return fmt.Errorf("no operation %q of %q", c.Op, c.Key)
	}
	return nil
}

// Rules of one kind of object.
type Rules struct {
	operations map[string]bool
	initial    func(followed map[string]bool) interface{}
	// Whether the call could have this outcome in this state, and the state after it. An unknown one always could.
	step func(state interface{}, call Call) (bool, interface{})
	same func(a, b interface{}) bool
	hash func(state interface{}) uint64
	show func(state interface{}) string
}

func rulesOf(key string) (Rules, bool) {
	switch kind, _, _ := strings.Cut(key, "/"); kind {
	case "budget":
		return budgetRules, true
	case "diary":
		return diaryRules, true
	}
	return Rules{}, false
}
