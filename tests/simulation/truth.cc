#include "tests/simulation/truth.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"

namespace regard::simulation {
namespace {

absl::string_view KindOf(absl::string_view stream) { return stream.substr(0, stream.find('/')); }

}  // namespace

std::string FactAt::Where() const {
  return absl::StrCat("topic ", topic, "/", partition, " position ", position, " ", fact.stream());
}

absl::Time FactAt::time() const { return FromProto(append.record_time()); }

void Truth::OnStored(int topic, int partition, es::Offset offset) {
  filters_[topic].resize(broker_.partitions());
  appends_[topic].resize(broker_.partitions());
  Filter& filter = filters_[topic][partition];
  const StoredRecord& stored = broker_.records(topic, partition)[offset];
  if (stored.record->has_claim()) return OnClaim(filter, stored, offset);
  if (!Accept(filter, stored, absl::StrCat(broker_.name(topic), "/", partition, " offset ", offset))) return;
  for (const log::v1::Append& append : stored.record->batch().appends()) {
    appends_[topic][partition].push_back({offset, stored.record, &append, stored.sent, stored.at, stored.writer});
    OnAppend(topic, partition, append);
  }
}

void Truth::OnClaim(Filter& filter, const StoredRecord& stored, es::Offset offset) {
  const bool by_another = filter.token >= 0 && filter.token_writer != stored.writer;
  if (by_another && stored.at - filter.claimed < absl::Milliseconds(50)) {
    coverage_.Hit(Reached::kClaimRace);
  }
  filter = Filter();
  filter.token = offset;
  filter.token_writer = stored.writer;
  filter.claimed = stored.at;
}

bool Truth::Accept(Filter& filter, const StoredRecord& stored, const std::string& where) {
  if (stored.record->token() != filter.token) {
    coverage_.Hit(Reached::kStaleDropped);
    if (stored.sent < filter.claimed) coverage_.Hit(Reached::kFencedInFlight);
    if (woken_.count(stored.writer) > 0) coverage_.Hit(Reached::kWokenWriterDropped);
    filter.gap = true;
    return false;
  }
  if (stored.writer != filter.token_writer) verdict_.Fail("tokens", where + " is of another writer than its token");
  if (stored.record->sequence() != filter.sequence + 1) {
    coverage_.Hit(stored.record->sequence() <= filter.sequence ? Reached::kDuplicateDropped
                                                               : Reached::kOutOfSequenceDropped);
    filter.gap = true;
    return false;
  }
  ++filter.sequence;
  if (filter.gap) coverage_.Hit(Reached::kGapCrossed);
  filter.gap = false;
  return true;
}

const Truth::Append* Truth::Find(int topic, int partition, uint64_t position) const {
  if (appends_[topic].empty() || position < 1 || position > appends_[topic][partition].size()) return nullptr;
  return &appends_[topic][partition][position - 1];
}

uint64_t Truth::PositionOf(int topic, int partition, const std::string& request_id, const std::string& subject) const {
  const auto found = requests_.find({topic, partition, request_id, subject});
  return found == requests_.end() ? 0 : found->second;
}

uint64_t Truth::PositionOf(int topic, int partition, const log::v1::Cause& cause) const {
  const Order order(cause.source_position(), cause.fact_index(), cause.step());
  const auto found = causes_.find({topic, partition, cause.reactor(), cause.source_partition(), order});
  return found == causes_.end() ? 0 : found->second;
}

uint32_t Truth::LevelAt(int topic, int partition, uint64_t position) const {
  const Append* const append = Find(topic, partition, position);
  return append != nullptr ? append->level : std::max(broker_.identity(topic).feature_level(), 1u);
}

// Raised once, by an append that does nothing else.
void Truth::CheckLevel(const std::string& where, uint32_t before, const log::v1::Append& append) {
  if (append.feature_level() == 0) return;
  if (!append.facts().empty()) {
    if (append.feature_level() > before) verdict_.Fail("levels", where + " needs more than was raised");
    return;
  }
  coverage_.Hit(Reached::kLevelRaised);
  if (append.feature_level() <= before) verdict_.Fail("levels", where + " raises what was raised");
}

uint64_t Truth::VersionAt(int topic, absl::string_view stream, uint64_t position) const {
  const auto found = versions_[topic].find(stream);
  return found == versions_[topic].end() ? 0 : found->second.At(position);
}

void Truth::OnAppend(int topic, int partition, const log::v1::Append& append) {
  const uint64_t position = appends_[topic][partition].size();
  const std::string where = absl::StrCat(broker_.name(topic), "/", partition, " position ", position);
  const uint32_t before = LevelAt(topic, partition, position - 1);
  CheckLevel(where, before, append);
  appends_[topic][partition].back().level = std::max(before, append.feature_level());
  if (append.has_request()) {
    const auto [at, first] =
        requests_.emplace(std::make_tuple(topic, partition, append.request().id(), append.actor().subject()), position);
    if (!first) verdict_.Fail("acknowledged", absl::StrCat(where, " repeats the request of position ", at->second));
  }
  if (append.has_cause()) {
    const log::v1::Cause& cause = append.cause();
    const Order order(cause.source_position(), cause.fact_index(), cause.step());
    Order& carried = carried_[{topic, partition, cause.reactor(), cause.source_partition()}];
    if (order <= carried) {
      verdict_.Fail("reactors", absl::StrCat(where, " repeats what ", cause.reactor(), " made of position ",
                                             cause.source_position(), " of partition ", cause.source_partition()));
    }
    carried = std::max(carried, order);
    int& by = carrier_[{topic, partition, cause.reactor(), cause.source_partition()}];
    const int writer = appends_[topic][partition].back().writer;
    if (by != 0 && by != writer) coverage_.Hit(Reached::kReactionTakenOver);
    by = writer;
    causes_.emplace(std::make_tuple(topic, partition, cause.reactor(), cause.source_partition(), order), position);
    const bool mark = cause.fact_index() == std::numeric_limits<uint32_t>::max();
    if (append.facts().empty()) coverage_.Hit(mark ? Reached::kMarkCarried : Reached::kReactionOfNothing);
  }
  int index = 0;
  for (const log::v1::Fact& fact : append.facts()) {
    uint64_t& version = versions_[topic][fact.stream()].Change(position);
    if (fact.version() != version + 1) {
      verdict_.Fail("versions", absl::StrCat(where, " has version ", fact.version(), " of ", fact.stream(), " after ",
                                             version));
    }
    version = fact.version();
    OnFact({topic, partition, position, index++, append, fact});
  }
}

void Truth::OnFact(const FactAt& at) {
  const absl::string_view kind = KindOf(at.fact.stream());
  bool parsed = true;
  if (kind == "budget") {
    budgets::v1::BudgetFact fact;
    parsed = fact.ParseFromString(at.fact.body());
    OnBudget(at, fact);
    CheckOrigin(at, fact);
  } else if (kind == "booking") {
    bookings::v1::BookingFact fact;
    parsed = fact.ParseFromString(at.fact.body());
    OnBooking(at, fact);
    CheckSettled(at, fact);
  } else if (kind == "diary") {
    bookings::v1::DiaryFact fact;
    parsed = fact.ParseFromString(at.fact.body());
    OnDiary(at, fact);
  } else if (kind == "provider") {
    providers::v1::ProviderFact fact;
    parsed = fact.ParseFromString(at.fact.body());
    OnProvider(at, fact);
  }
  if (!parsed) verdict_.Fail("versions", at.Where() + " does not parse");
}

}  // namespace regard::simulation
