#include "tests/faults/clients/budgets.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "libs/base/money.h"
#include "libs/base/time.h"

namespace regard::faults {
namespace {

using budgets::v1::BudgetsService;
using Stub = BudgetsService::Stub;

constexpr int kCallsOfABudget = 500;
constexpr size_t kTokensKept = 8;
constexpr char kLine[] = "main";
// Little, so that holds are refused too.
constexpr int64_t kOpeningPence = 20'000;

std::string PersonOf(const Budget& budget) { return "person-" + budget.id; }

// As the history has a balance: what was contributed is part of what was allocated.
std::string ResultOf(const budgets::v1::Balance& balance) {
  const std::string lines = absl::StrJoin(balance.lines(), ",", [](std::string* text, const auto& line) {
    const int64_t allocated = line.allocated_pence() + line.contributed_pence();
    absl::StrAppend(text, "\"", line.line_id(), "\":{\"allocated\":", allocated, ",\"held\":", line.held_pence(),
                    ",\"spent\":", line.spent_pence(), ",\"free\":", line.free_pence(), "}");
  });
  return absl::StrCat("{\"lines\":{", lines, "}}");
}

template <class Request>
void Fill(Request& request, const Budget& budget, const std::string& id) {
  request.set_request_id(id);
  request.set_person_id(PersonOf(budget));
  request.set_budget_id(budget.id);
}

budgets::v1::OpenBudgetRequest OpenRequest() {
  budgets::v1::OpenBudgetRequest request;
  request.set_funder(budgets::v1::FUNDER_COUNCIL);
  budgets::v1::Line* line = request.add_lines();
  line->set_line_id(kLine);
  line->set_holding(base::v1::HOLDING_DIRECT_PAYMENT);
  *line->mutable_allocation() = Pounds(kOpeningPence);
  const absl::CivilDay today = LondonDay(absl::Now());
  *request.mutable_period_start() = ToProto(today - 30);
  *request.mutable_period_end() = ToProto(today + 330);
  return request;
}

// One of the holds; mostly nobody else gets it any more, so that most posts and voids are of a hold that is there.
absl::optional<Budget::Hold> TakeHold(Budget& budget, Caller& caller) {
  std::lock_guard<std::mutex> lock(budget.mutex);
  if (budget.holds.empty()) return absl::nullopt;
  Budget::Hold& any = budget.holds[caller.Below(budget.holds.size())];
  const Budget::Hold hold = any;
  if (caller.Below(8) != 0) {
    std::swap(any, budget.holds.back());
    budget.holds.pop_back();
  }
  return hold;
}

}  // namespace

BudgetPool::BudgetPool(int size, std::string prefix) : prefix_(std::move(prefix)) {
  for (int i = 0; i < size; ++i) in_use_.push_back(New());
}

std::shared_ptr<Budget> BudgetPool::New() {
  all_.push_back(std::make_shared<Budget>(absl::StrCat(prefix_, "-", all_.size())));
  return all_.back();
}

std::shared_ptr<Budget> BudgetPool::Any(uint64_t chance) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<Budget>& budget = in_use_[chance % in_use_.size()];
  if (++budget->calls > kCallsOfABudget) budget = New();
  return budget;
}

std::vector<std::shared_ptr<Budget>> BudgetPool::All() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return all_;
}

BudgetClient::BudgetClient(Caller& caller, History& history, BudgetPool& pool, std::string provider_id)
    : caller_(caller),
      history_(history),
      pool_(pool),
      provider_id_(std::move(provider_id)),
      stub_(BudgetsService::NewStub(caller.session().endpoints().ChannelTo(BudgetsService::service_full_name()))) {}

template <class Request, class Response>
Ended BudgetClient::Call(Budget& budget, const char* op, const std::string& args,
                         grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                         Request& request, Response& response) {
  const std::string id = caller_.NewId();
  Fill(request, budget, id);
  const std::string with_id = absl::StrReplaceAll(args, {{"$ID", id}});
  const Ended ended = caller_.Call(*stub_, method, id, request, response);
  history_.Write({id, caller_.name(), budget.key(), op, with_id, "", {}}, ended);
  if (ended.outcome == Outcome::kOk) Remember(budget, id, response.receipt().consistency_token());
  return ended;
}

void BudgetClient::Remember(Budget& budget, const std::string& id, const std::string& token) {
  std::lock_guard<std::mutex> lock(budget.mutex);
  if (budget.tokens.size() == kTokensKept) budget.tokens.erase(budget.tokens.begin());
  budget.tokens.emplace_back(id, token);
}

budgets::v1::PlaceHoldRequest BudgetClient::PlaceRequest(int64_t pence) const {
  budgets::v1::PlaceHoldRequest request;
  request.set_line_id(kLine);
  *request.mutable_amount() = Pounds(pence);
  request.set_provider_id(provider_id_);
  request.set_category("regard:gardening");
  *request.mutable_effective() = ToProto(LondonDay(absl::Now()));
  return request;
}

void BudgetClient::Open(Budget& budget) {
  if (budget.taken.exchange(true)) return;
  budgets::v1::OpenBudgetRequest request = OpenRequest();
  budgets::v1::OpenBudgetResponse response;
  const Ended ended = Call(budget, "open", absl::StrCat("{\"lines\":{\"", kLine, "\":", kOpeningPence, "}}"),
                           &Stub::OpenBudget, request, response);
  if (ended.outcome == Outcome::kOk) budget.open = true;
}

void BudgetClient::Allocate(Budget& budget, int64_t pence) {
  budgets::v1::AllocateMoneyRequest request;
  request.set_line_id(kLine);
  *request.mutable_amount() = Pounds(pence);
  request.set_reason("MORE");
  budgets::v1::AllocateMoneyResponse response;
  Call(budget, "allocate", absl::StrCat("{\"line\":\"", kLine, "\",\"pence\":", pence, "}"), &Stub::AllocateMoney,
       request, response);
}

void BudgetClient::Place(Budget& budget) {
  const int64_t pence = 100 + static_cast<int64_t>(caller_.Below(2000));
  budgets::v1::PlaceHoldRequest request = PlaceRequest(pence);
  budgets::v1::PlaceHoldResponse response;
  const Ended ended =
      Call(budget, "place_hold", absl::StrCat("{\"line\":\"", kLine, "\",\"hold\":\"$ID\",\"pence\":", pence, "}"),
           &Stub::PlaceHold, request, response);
  if (ended.outcome != Outcome::kOk) return;
  std::lock_guard<std::mutex> lock(budget.mutex);
  budget.holds.push_back({request.request_id(), response.hold_id(), pence});
}

void BudgetClient::Post(Budget& budget) {
  const absl::optional<Budget::Hold> hold = TakeHold(budget, caller_);
  if (!hold.has_value()) return Place(budget);
  const int64_t pence = 1 + static_cast<int64_t>(caller_.Below(hold->pence));
  budgets::v1::PostHoldRequest request;
  request.set_hold_id(hold->id);
  *request.mutable_amount() = Pounds(pence);
  budgets::v1::PostHoldResponse response;
  Call(budget, "post_hold", absl::StrCat("{\"hold\":\"", hold->name, "\",\"pence\":", pence, "}"), &Stub::PostHold,
       request, response);
}

void BudgetClient::Void(Budget& budget) {
  const absl::optional<Budget::Hold> hold = TakeHold(budget, caller_);
  if (!hold.has_value()) return Place(budget);
  budgets::v1::VoidHoldRequest request;
  request.set_hold_id(hold->id);
  budgets::v1::VoidHoldResponse response;
  Call(budget, "void_hold", absl::StrCat("{\"hold\":\"", hold->name, "\"}"), &Stub::VoidHold, request, response);
}

void BudgetClient::Look(Budget& budget, const std::pair<std::string, std::string>& after) {
  const std::string id = caller_.NewId();
  budgets::v1::GetBalanceRequest request;
  request.set_person_id(PersonOf(budget));
  request.set_budget_id(budget.id);
  request.set_consistency_token(after.second);
  budgets::v1::GetBalanceResponse response;
  const Ended ended = caller_.Call(*stub_, &Stub::GetBalance, id, request, response);
  std::vector<std::string> ids;
  if (!after.first.empty()) ids.push_back(after.first);
  history_.Write({id, caller_.name(), budget.key(), "balance", "{}", ResultOf(response.balance()), ids}, ended);
}

void BudgetClient::Step() {
  const std::shared_ptr<Budget> budget = pool_.Any(caller_.chance()());
  if (!budget->open) return Open(*budget);
  const uint64_t what = caller_.Below(100);
  if (what < 45) return Place(*budget);
  if (what < 63) return Post(*budget);
  if (what < 82) return Void(*budget);
  if (what < 90) return Allocate(*budget, 1 + static_cast<int64_t>(caller_.Below(3000)));
  std::pair<std::string, std::string> after;
  {
    std::lock_guard<std::mutex> lock(budget->mutex);
    if (!budget->tokens.empty() && caller_.Below(3) != 0) after = budget->tokens[caller_.Below(budget->tokens.size())];
  }
  Look(*budget, after);
}

void BudgetClient::Close(Budget& budget, int instances) {
  if (!budget.open) return;
  Allocate(budget, 1);
  // Of everything before it, since it came last.
  std::pair<std::string, std::string> last;
  {
    std::lock_guard<std::mutex> lock(budget.mutex);
    if (budget.tokens.empty()) return;
    last = budget.tokens.back();
  }
  for (int i = 0; i < instances; ++i) Look(budget, last);
}

void BudgetClient::AwaitProvider() {
  const Budget budget(absl::StrCat("before-", caller_.name()));
  budgets::v1::OpenBudgetRequest open = OpenRequest();
  Fill(open, budget, caller_.NewId());
  budgets::v1::OpenBudgetResponse opened;
  caller_.Call(*stub_, &Stub::OpenBudget, open.request_id(), open, opened);
  while (!caller_.session().stopping()) {
    budgets::v1::PlaceHoldRequest place = PlaceRequest(1);
    Fill(place, budget, caller_.NewId());
    budgets::v1::PlaceHoldResponse placed;
    if (caller_.Call(*stub_, &Stub::PlaceHold, place.request_id(), place, placed).outcome == Outcome::kOk) return;
    absl::SleepFor(absl::Milliseconds(50));
  }
}

}  // namespace regard::faults
