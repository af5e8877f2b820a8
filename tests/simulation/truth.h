// What really happened, read from the broker as records arrive, with a filter of its own. Holds each accepted append to
// the rules at its position: one writer for a token, contiguous versions, a request and a cause at most once, money
// conserved and derived from what the other services recorded, no worker in two places.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "regard/log/v1/record.pb.h"
#include "tests/simulation/broker.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/things.h"
#include "tests/simulation/verdict.h"

namespace regard::simulation {

// Topics by index, in the order in which the broker was given them.
enum Topic { kProviders = 0, kBookings = 1, kBudgets = 2 };
constexpr int kTopics = 3;

// One fact that really counts.
struct FactAt {
  int topic;
  int partition;
  uint64_t position;
  int index;
  const log::v1::Append& append;
  const log::v1::Fact& fact;

  std::string Where() const;
  absl::Time time() const;
};

class Truth {
 public:
  struct Append {
    es::Offset offset = 0;
    std::shared_ptr<const log::v1::Record> record;
    const log::v1::Append* append = nullptr;
    absl::Duration sent;
    absl::Duration at;
    int writer = 0;
    // What may be written behind it.
    uint32_t level = 1;
  };

  Truth(const Broker& broker, Verdict& verdict, Coverage& coverage)
      : broker_(broker), verdict_(verdict), coverage_(coverage) {}

  // In the order of arrival.
  void OnStored(int topic, int partition, es::Offset offset);
  // Processes that were paused while others went on.
  void Woken(int writer) { woken_.insert(writer); }

  // Position 1 is the first.
  const std::vector<Append>& appends(int topic, int partition) const { return appends_[topic][partition]; }
  const Append* Find(int topic, int partition, uint64_t position) const;
  // Where the request of a subject was accepted; 0 for nowhere.
  uint64_t PositionOf(int topic, int partition, const std::string& request_id, const std::string& subject) const;
  // Where a reaction to a source's fact was accepted; 0 for nowhere.
  uint64_t PositionOf(int topic, int partition, const log::v1::Cause& cause) const;
  // Whose records count now; 0 before the first claim.
  int WriterOf(int topic, int partition) const {
    return filters_[topic].empty() ? 0 : filters_[topic][partition].token_writer;
  }
  // What the appends up to a position let be written.
  uint32_t LevelAt(int topic, int partition, uint64_t position) const;
  uint64_t VersionAt(int topic, absl::string_view stream, uint64_t position) const;

  const Timelines<BudgetAt>& budgets() const { return budgets_; }
  const Timelines<BookingAt>& bookings() const { return bookings_; }
  const Timelines<DiaryAt>& diaries() const { return diaries_; }
  const Timelines<ProviderAt>& providers() const { return providers_; }

 private:
  struct Filter {
    es::Offset token = -1;
    int token_writer = 0;
    absl::Duration claimed;
    uint64_t sequence = 0;
    bool gap = false;
  };
  using Order = std::tuple<uint64_t, uint32_t, uint32_t>;

  void OnClaim(Filter& filter, const StoredRecord& stored, es::Offset offset);
  bool Accept(Filter& filter, const StoredRecord& stored, const std::string& where);
  void OnAppend(int topic, int partition, const log::v1::Append& append);
  void CheckLevel(const std::string& where, uint32_t before, const log::v1::Append& append);
  void OnFact(const FactAt& at);
  void OnBudget(const FactAt& at, const budgets::v1::BudgetFact& fact);
  void OnHoldEnd(const FactAt& at, BudgetAt& budget, const std::string& hold_id, const std::string& line_id,
                 int64_t posted, int64_t released, bool post);
  void CheckLines(const FactAt& at, const BudgetAt& budget);
  void OnBooking(const FactAt& at, const bookings::v1::BookingFact& fact);
  void OnDiary(const FactAt& at, const bookings::v1::DiaryFact& fact);
  void OnProvider(const FactAt& at, const providers::v1::ProviderFact& fact);
  void CheckOrigin(const FactAt& at, const budgets::v1::BudgetFact& fact);
  void CheckSettled(const FactAt& at, const bookings::v1::BookingFact& fact);
  // The fact that a reactor's append names as its cause; false when there is none such.
  template <class Fact>
  bool SourceOf(const FactAt& at, int topic, Fact& fact, std::string& stream);

  const Broker& broker_;
  Verdict& verdict_;
  Coverage& coverage_;
  std::set<int> woken_;
  std::vector<Filter> filters_[kTopics];
  std::vector<std::vector<Append>> appends_[kTopics];
  std::map<std::string, Timeline<uint64_t>, std::less<>> versions_[kTopics];
  std::map<std::tuple<int, int, std::string, std::string>, uint64_t> requests_;
  std::map<std::tuple<int, int, std::string, uint32_t>, Order> carried_;
  // Who carried it.
  std::map<std::tuple<int, int, std::string, uint32_t>, int> carrier_;
  std::map<std::tuple<int, int, std::string, uint32_t, Order>, uint64_t> causes_;
  Timelines<BudgetAt> budgets_;
  Timelines<BookingAt> bookings_;
  Timelines<DiaryAt> diaries_;
  Timelines<ProviderAt> providers_;
};

}  // namespace regard::simulation
