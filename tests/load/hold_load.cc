#include "tests/load/hold_load.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/ids.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "libs/rpc/client.h"
#include "regard/providers/v1/providers_service.grpc.pb.h"

namespace regard::load {
namespace {

constexpr absl::Duration kCallTimeout = absl::Seconds(10);

// Keeps `in_flight` calls going until `next` has no more work. `Call` owns a context, a request and a response.
template <class Call>
class Pump {
 public:
  // Starts one call, which must call `OnDone(call)` when it is over; false when there is no more work.
  using StartNext = std::function<bool(Call& call, std::function<void()> on_done)>;

  void Run(int in_flight, const StartNext& start, const std::function<void(Call&)>& finished) {
    std::vector<std::unique_ptr<Call>> slots;
    for (int i = 0; i < in_flight; ++i) slots.push_back(nullptr);
    running_ = in_flight;
    for (int i = 0; i < in_flight; ++i) Next(slots[i], start, finished);
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
  }

 private:
  void Next(std::unique_ptr<Call>& slot, const StartNext& start, const std::function<void(Call&)>& finished) {
    slot = std::make_unique<Call>();
    const bool started = start(*slot, [this, &slot, &start, &finished] {
      finished(*slot);
      Next(slot, start, finished);
    });
    if (started) return;
    std::lock_guard<std::mutex> lock(mutex_);
    if (--running_ == 0) done_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable done_;
  int running_ = 0;
};

template <class Request, class Response>
struct AsyncCall {
  grpc::ClientContext context;
  Request request;
  Response response;
  grpc::Status status;
  absl::Time started;
};

void Prepare(grpc::ClientContext& context, const Target& target) {
  rpc::AttachToken(context, target.token);
  rpc::SetTimeout(context, kCallTimeout);
}

// Thread-safe collection of results.
class Collector {
 public:
  explicit Collector(LoadResult& result) : result_(result) {}
  void Add(const grpc::Status& status, absl::Duration took) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (status.ok()) {
      ++result_.ok;
      result_.latencies.push_back(took);
    } else {
      if (result_.failed++ == 0) result_.first_error = status.error_message();
    }
  }
  void Keep(HoldCall call) {
    std::lock_guard<std::mutex> lock(mutex_);
    result_.calls.push_back(std::move(call));
  }

 private:
  LoadResult& result_;
  std::mutex mutex_;
};

}  // namespace

Target TargetAt(const std::string& address, std::string token, std::string provider_id) {
  Target target;
  for (int i = 0; i < 4; ++i) {
    rpc::ChannelOptions options;
    options.connection = i;
    target.channels.push_back(*rpc::OpenChannel(address, options));
  }
  target.token = std::move(token);
  target.provider_id = std::move(provider_id);
  return target;
}

std::string RegisterProvider(const std::string& address, const std::string& owner_token) {
  const auto stub = providers::v1::ProvidersService::NewStub(*rpc::OpenChannel(address));
  grpc::ClientContext context;
  rpc::AttachToken(context, owner_token);
  rpc::SetTimeout(context, kCallTimeout);
  providers::v1::RegisterProviderRequest request;
  std::mt19937_64 chance(4711);
  request.set_request_id(NewRequestId(chance, absl::Now()));
  request.set_kind(base::v1::PROVIDER_KIND_MICRO_ENTERPRISE);
  request.set_ownership(providers::v1::OWNERSHIP_SOLE_TRADER);
  request.set_name("Load Gardening");
  request.set_postcode("M33 4GT");
  request.set_size_fte_tenths(10);
  request.add_languages("en");
  request.add_worker_names("Robin");
  request.set_source("SYNTHETIC");
  providers::v1::RegisterProviderResponse response;
  const grpc::Status status = stub->RegisterProvider(&context, request, &response);
  if (!status.ok()) {
    std::fprintf(stderr, "cannot register a provider: %s\n", status.error_message().c_str());
    std::abort();
  }
  return response.provider_id();
}

std::string PersonId(uint64_t n) { return Uuid::Derived("load-person", "", absl::StrCat(n)).ToString(); }
std::string BudgetId(uint64_t n) { return Uuid::Derived("load-budget", "", absl::StrCat(n)).ToString(); }

std::string NewRequestId(std::mt19937_64& chance, absl::Time now) {
  const uint64_t high = chance();
  return Uuid::V7(now, high, chance()).ToString();
}

absl::Duration LoadResult::Percentile(double share) {
  if (latencies.empty()) return absl::ZeroDuration();
  const size_t at = std::min(latencies.size() - 1, static_cast<size_t>(share * static_cast<double>(latencies.size())));
  std::nth_element(latencies.begin(), latencies.begin() + static_cast<std::ptrdiff_t>(at), latencies.end());
  return latencies[at];
}

uint64_t OpenBudgets(const Target& target, uint64_t from, uint64_t to, int in_flight) {
  using Call = AsyncCall<budgets::v1::OpenBudgetRequest, budgets::v1::OpenBudgetResponse>;
  std::vector<std::unique_ptr<budgets::v1::BudgetsService::Stub>> stubs;
  for (const auto& channel : target.channels) stubs.push_back(budgets::v1::BudgetsService::NewStub(channel));
  std::atomic<uint64_t> next{from};
  std::atomic<uint64_t> failed{0};
  const absl::CivilDay today = LondonDay(absl::Now());
  Pump<Call>().Run(
      in_flight,
      [&](Call& call, std::function<void()> on_done) {
        const uint64_t n = next.fetch_add(1);
        if (n >= to) return false;
        Prepare(call.context, target);
        std::mt19937_64 chance(n * 2 + 1);
        call.request.set_request_id(NewRequestId(chance, absl::Now()));
        call.request.set_person_id(PersonId(n));
        call.request.set_budget_id(BudgetId(n));
        call.request.set_tenant(target.tenant);
        call.request.set_funder(budgets::v1::FUNDER_COUNCIL);
        budgets::v1::Line* line = call.request.add_lines();
        line->set_line_id("support");
        line->set_holding(base::v1::HOLDING_DIRECT_PAYMENT);
        *line->mutable_allocation() = Pounds(1'000'000);
        *call.request.mutable_period_start() = ToProto(today - 30);
        *call.request.mutable_period_end() = ToProto(today + 330);
        call.request.set_source("LOAD");
        stubs[n % stubs.size()]->async()->OpenBudget(
            &call.context, &call.request, &call.response, [&call, on_done](grpc::Status status) {
              call.status = std::move(status);
              on_done();
            });
        return true;
      },
      [&](Call& call) {
        if (!call.status.ok()) failed.fetch_add(1);
      });
  return failed.load();
}

LoadResult PlaceHolds(const Target& target, const LoadOptions& options) {
  using Call = AsyncCall<budgets::v1::PlaceHoldRequest, budgets::v1::PlaceHoldResponse>;
  std::vector<std::unique_ptr<budgets::v1::BudgetsService::Stub>> stubs;
  for (const auto& channel : target.channels) stubs.push_back(budgets::v1::BudgetsService::NewStub(channel));
  LoadResult result;
  Collector collector(result);
  std::mutex mutex;
  std::mt19937_64 chance(options.seed);
  uint64_t calls = 0;
  const base::v1::Date today = ToProto(LondonDay(absl::Now()));
  const absl::Time started = absl::Now();
  Pump<Call>().Run(
      options.in_flight,
      [&](Call& call, std::function<void()> on_done) {
        call.started = absl::Now();
        if (call.started - started > options.duration) return false;
        if (options.stop != nullptr && options.stop->load(std::memory_order_relaxed)) return false;
        uint64_t n = 0;
        uint64_t number = 0;
        {
          std::lock_guard<std::mutex> lock(mutex);
          if (calls >= options.max_calls) return false;
          number = calls++;
          n = chance() % options.budgets;
          call.request.set_request_id(NewRequestId(chance, call.started));
        }
        Prepare(call.context, target);
        call.request.set_person_id(PersonId(n));
        call.request.set_budget_id(BudgetId(n));
        *call.request.mutable_amount() = Pounds(options.pence);
        call.request.set_provider_id(target.provider_id);
        call.request.set_category("regard:gardening");
        *call.request.mutable_effective() = today;
        stubs[number % stubs.size()]->async()->PlaceHold(
            &call.context, &call.request, &call.response, [&call, on_done](grpc::Status status) {
              call.status = std::move(status);
              on_done();
            });
        return true;
      },
      [&](Call& call) {
        const absl::Duration took = absl::Now() - call.started;
        collector.Add(call.status, took);
        if (options.keep_calls) collector.Keep({call.request, call.response, call.status, took});
      });
  result.elapsed = absl::Now() - started;
  return result;
}

LoadResult GetBalances(const Target& target, const LoadOptions& options) {
  using Call = AsyncCall<budgets::v1::GetBalanceRequest, budgets::v1::GetBalanceResponse>;
  std::vector<std::unique_ptr<budgets::v1::BudgetsService::Stub>> stubs;
  for (const auto& channel : target.channels) stubs.push_back(budgets::v1::BudgetsService::NewStub(channel));
  LoadResult result;
  Collector collector(result);
  std::mutex mutex;
  std::mt19937_64 chance(options.seed);
  const absl::Time started = absl::Now();
  Pump<Call>().Run(
      options.in_flight,
      [&](Call& call, std::function<void()> on_done) {
        call.started = absl::Now();
        if (call.started - started > options.duration) return false;
        uint64_t n = 0;
        {
          std::lock_guard<std::mutex> lock(mutex);
          n = chance() % options.budgets;
        }
        Prepare(call.context, target);
        call.request.set_person_id(PersonId(n));
        call.request.set_budget_id(BudgetId(n));
        stubs[n % stubs.size()]->async()->GetBalance(
            &call.context, &call.request, &call.response, [&call, on_done](grpc::Status status) {
              call.status = std::move(status);
              on_done();
            });
        return true;
      },
      [&](Call& call) { collector.Add(call.status, absl::Now() - call.started); });
  result.elapsed = absl::Now() - started;
  return result;
}

HoldCall PlaceHoldAgain(const Target& target, const budgets::v1::PlaceHoldRequest& request) {
  HoldCall call;
  call.request = request;
  grpc::ClientContext context;
  Prepare(context, target);
  call.status = budgets::v1::BudgetsService::NewStub(target.channels[0])->PlaceHold(&context, request, &call.response);
  return call;
}

}  // namespace regard::load
