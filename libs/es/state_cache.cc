#include "libs/es/state_cache.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/es/state_rows.h"

namespace regard::es {
namespace {

// Pinned entries are the latest used, nearly always: behind so many there is little to drop.
constexpr size_t kMaxPassedOver = 64;

}  // namespace

StateCache::StateCache(const Domain& domain, const Store& store, int partition, size_t capacity)
    : domain_(domain), store_(store), partition_(partition), capacity_(capacity) {}

absl::StatusOr<StateCache::Entry*> StateCache::Load(absl::string_view stream) {
  if (Entry* entry = Find(stream); entry != nullptr) {
    by_use_.splice(by_use_.end(), by_use_, entry->used);
    return entry;
  }
  Entry entry;
  entry.aggregate = FindAggregate(domain_, stream);
  if (entry.aggregate == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(domain_.topic(), " has no stream ", KindOf(stream)));
  }
  entry.state.reset(entry.aggregate->state->New());
  const absl::StatusOr<absl::optional<std::string>> value = store_.Get(StateKey(partition_, stream));
  if (!value.ok()) return value.status();
  if (value->has_value()) {
    const absl::StatusOr<StateRow> row = DecodeStateRow(**value);
    if (!row.ok()) return row.status();
    if (!entry.state->ParseFromString(row->state)) {
      return absl::DataLossError(absl::StrCat("the state row of ", stream, " does not parse"));
    }
    entry.version = row->version;
    if (entry.aggregate->next_due != nullptr) entry.due = entry.aggregate->next_due(*entry.state);
  }
  const auto [at, inserted] = entries_.emplace(std::string(stream), std::move(entry));
  at->second.used = by_use_.insert(by_use_.end(), &at->first);
  return &at->second;
}

StateCache::Entry* StateCache::Find(absl::string_view stream) {
  const auto found = entries_.find(stream);
  return found == entries_.end() ? nullptr : &found->second;
}

void StateCache::Trim() {
  auto at = by_use_.begin();
  size_t passed_over = 0;
  while (entries_.size() > capacity_ && at != by_use_.end() && passed_over < kMaxPassedOver) {
    const auto found = entries_.find(**at);
    if (found->second.pins > 0) {
      ++at;
      ++passed_over;
      continue;
    }
    at = by_use_.erase(at);
    entries_.erase(found);
  }
}

void StateCache::Clear() {
  entries_.clear();
  by_use_.clear();
}

}  // namespace regard::es
