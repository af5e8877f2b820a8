package main

import (
	"fmt"
	"hash/fnv"
	"sort"
	"strings"
)

// What holds of a budget, told once more and in few words: services/budgets is the product's telling of it.
var budgetRules = Rules{
	operations: map[string]bool{"open": true, "allocate": true, "place_hold": true, "post_hold": true, "void_hold": true,
		"refund": true, "balance": true},
	initial: func(followed map[string]bool) interface{} {
		return budget{lines: map[string]Line{}, holds: map[string]hold{}, seen: map[string]bool{}, followed: followed}
	},
	step: func(state interface{}, call Call) (bool, interface{}) { return state.(budget).step(call) },
	same: func(a, b interface{}) bool { return a.(budget).text == b.(budget).text },
	hash: func(state interface{}) uint64 { return hashOf(state.(budget).text) },
	show: func(state interface{}) string { return state.(budget).text },
}

// A hold is there until it is voided. After it was posted, pence is what can still be refunded.
type hold struct {
	line   string
	pence  int64
	posted bool
}

// Never changed: every step makes a new one.
type budget struct {
	open  bool
	lines map[string]Line
	holds map[string]hold
	// Calls that had their effect, of those that a read says it is after.
	seen     map[string]bool
	followed map[string]bool
	// All of it but followed, in words.
	text string
}

func (b budget) step(call Call) (bool, interface{}) {
	if call.Op == "balance" {
		return b.reads(call), b
	}
	reason := b.objection(call)
	switch {
	case call.Outcome == refused:
		return reason == call.Reason, b
	case reason != "":
		// An unknown call may have been refused.
		return call.Outcome == unknown, b
	}
	return true, b.after(call)
}

// objection is why the call must be refused, or empty.
func (b budget) objection(call Call) string {
	args := call.Args
	if call.Op == "open" {
		if b.open {
			return "BUDGET_EXISTS"
		}
		return ""
	}
	if !b.open {
		return "BUDGET_NOT_FOUND"
	}
	line, hasLine := b.lines[args.Line]
	held, hasHold := b.holds[args.Hold]
	switch call.Op {
	case "allocate":
		if !hasLine {
			return "LINE_NOT_FOUND"
		}
	case "place_hold":
		switch {
		case !hasLine:
			return "LINE_NOT_FOUND"
		case line.Free < args.Pence:
			return "NOT_ENOUGH_FREE"
		}
	case "post_hold", "void_hold":
		switch {
		case !hasHold:
			return "HOLD_NOT_FOUND"
		case held.posted:
			return "HOLD_ALREADY_POSTED"
		case call.Op == "post_hold" && args.Pence > held.pence:
			return "MORE_THAN_HELD"
		}
	case "refund":
		switch {
		case !hasHold:
			return "POSTING_NOT_FOUND"
		case !held.posted:
			return "HOLD_NOT_POSTED"
		case args.Pence > held.pence:
			return "MORE_THAN_POSTED"
		}
	}
	return ""
}

func (b budget) after(call Call) budget {
	next := budget{open: true, lines: map[string]Line{}, holds: map[string]hold{}, seen: b.seen, followed: b.followed}
	for id, line := range b.lines {
		next.lines[id] = line
	}
	for id, held := range b.holds {
		next.holds[id] = held
	}
	if b.followed[call.ID] {
		next.seen = map[string]bool{call.ID: true}
		for id := range b.seen {
			next.seen[id] = true
		}
	}
	args := call.Args
	// Moves what is held, spent and free of a line; its allocation is their sum.
	move := func(id string, held, spent, free int64) {
		line := next.lines[id]
		next.lines[id] = Line{line.Allocated + held + spent + free, line.Held + held, line.Spent + spent, line.Free + free}
	}
	held := b.holds[args.Hold]
	switch call.Op {
	case "open":
		for id, pence := range args.Lines {
			move(id, 0, 0, pence)
		}
	case "allocate":
		move(args.Line, 0, 0, args.Pence)
	case "place_hold":
		move(args.Line, args.Pence, 0, -args.Pence)
		next.holds[args.Hold] = hold{line: args.Line, pence: args.Pence}
	case "post_hold":
		move(held.line, -held.pence, args.Pence, held.pence-args.Pence)
		next.holds[args.Hold] = hold{line: held.line, pence: args.Pence, posted: true}
	case "void_hold":
		move(held.line, -held.pence, 0, held.pence)
		delete(next.holds, args.Hold)
	case "refund":
		move(held.line, 0, -args.Pence, args.Pence)
		next.holds[args.Hold] = hold{line: held.line, pence: held.pence - args.Pence, posted: true}
	}
	next.text = next.words()
	return next
}

// reads says whether a balance shows just this state, and this state is not before what the caller waited for.
func (b budget) reads(call Call) bool {
	if call.Outcome == unknown {
		return true
	}
	if call.Outcome == refused {
		return !b.open && call.Reason == "BUDGET_NOT_FOUND"
	}
	for _, id := range call.After {
		if !b.seen[id] {
			return false
		}
	}
	if !b.open || call.Result == nil || len(call.Result.Lines) != len(b.lines) {
		return false
	}
	for id, line := range b.lines {
		if call.Result.Lines[id] != line {
			return false
		}
	}
	return true
}

func hashOf(text string) uint64 {
	sum := fnv.New64a()
	sum.Write([]byte(text))
	return sum.Sum64()
}

func (b budget) words() string {
	var words []string
	for id, line := range b.lines {
		words = append(words, fmt.Sprintf("%s: %d held %d spent %d free %d", id, line.Allocated, line.Held, line.Spent,
			line.Free))
	}
	for id, held := range b.holds {
		words = append(words, fmt.Sprintf("hold %s of %s %d %v", id, held.line, held.pence, held.posted))
	}
	for id := range b.seen {
		words = append(words, "seen "+id)
	}
	sort.Strings(words)
	return strings.Join(words, "; ")
}
