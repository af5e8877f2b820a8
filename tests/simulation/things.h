// Budgets, bookings, diaries and providers as the checkers see them: their own few lines of what facts mean, written
// apart from the domains, and kept for every position so that an answer can be judged at the one that it names.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "regard/bookings/v1/booking.pb.h"
#include "regard/budgets/v1/facts.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::simulation {

struct LineAt {
  int64_t allocated = 0, contributed = 0, held = 0, spent = 0, returned = 0;
  int64_t free() const { return allocated + contributed - held - spent - returned; }
};

struct HoldAt {
  enum class Phase { kHeld, kPosted, kVoided };
  Phase phase = Phase::kHeld;
  std::string line;
  std::string booking;
  // Held, or posted and not refunded.
  int64_t pence = 0;
};

struct BudgetAt {
  bool exists = false;
  bool closed = false;
  std::string person;
  std::string tenant;
  std::map<std::string, LineAt> lines;
  std::map<std::string, HoldAt> holds;
};

struct BookingAt {
  bookings::v1::BookingPhase phase = bookings::v1::BOOKING_PHASE_UNSPECIFIED;
  std::string provider, listing, person, budget, tenant, worker;
  int64_t amount = 0;
  absl::Time start, end, expires;
  bool by_time = false;
  bool settled = false;
  bool decision_asked = false;
};

struct DiaryAt {
  struct Entry {
    std::string booking, worker;
    absl::Time start, end;
  };
  std::vector<Entry> entries;
};

struct ProviderAt {
  struct Listing {
    enum class Phase { kDraft, kPublished, kPaused, kSuspended, kClosed };
    Phase phase = Phase::kDraft;
    int64_t price = 0;
  };
  struct Credential {
    providers::v1::CredentialKind kind = providers::v1::CREDENTIAL_KIND_UNSPECIFIED;
    bool verified = false;
    bool revoked = false;
    bool lapsed = false;
    absl::Time expires = absl::InfiniteFuture();
  };
  bool exists = false;
  bool closed = false;
  std::string owner;
  std::map<std::string, Listing> listings;
  std::map<std::string, Credential> credentials;
};

// One thing through the positions of its partition.
template <class State>
class Timeline {
 public:
  // As it was after `position`.
  const State& At(uint64_t position) const {
    static const State* const kNothing = new State();
    for (auto at = states_.rbegin(); at != states_.rend(); ++at) {
      if (at->first <= position) return at->second;
    }
    return *kNothing;
  }
  const State& Latest() const { return At(UINT64_MAX); }
  // To be changed by the append at `position`.
  State& Change(uint64_t position) {
    if (states_.empty() || states_.back().first != position) states_.emplace_back(position, Latest());
    return states_.back().second;
  }
  const std::vector<std::pair<uint64_t, State>>& states() const { return states_; }

 private:
  std::vector<std::pair<uint64_t, State>> states_;
};

template <class State>
using Timelines = std::map<std::string, Timeline<State>, std::less<>>;

template <class State>
const Timeline<State>& Find(const Timelines<State>& things, absl::string_view id) {
  static const Timeline<State>* const kNever = new Timeline<State>();
  const auto found = things.find(id);
  return found == things.end() ? *kNever : found->second;
}

}  // namespace regard::simulation
