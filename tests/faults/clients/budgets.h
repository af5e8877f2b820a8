// Clients of budgets: they open them, put money in, hold, post, void and look, several at one budget at a time, and
// sometimes ask for what cannot be.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "regard/budgets/v1/budgets_service.grpc.pb.h"
#include "tests/faults/clients/caller.h"
#include "tests/faults/clients/history.h"

namespace regard::faults {

// A budget and what clients know of it. Thread-safe.
struct Budget {
  struct Hold {
    // What the history calls it: the request that placed it.
    std::string name;
    std::string id;
    int64_t pence = 0;
  };

  explicit Budget(std::string id) : id(std::move(id)) {}

  std::string key() const { return "budget/" + id; }

  const std::string id;
  // Whoever is first opens it; it is `open` once that was answered.
  std::atomic<bool> taken = false;
  std::atomic<bool> open = false;
  std::atomic<int> calls = 0;
  std::mutex mutex;
  std::vector<Hold> holds;
  // Of the last calls that were answered: request id and consistency token.
  std::vector<std::pair<std::string, std::string>> tokens;
};

// The budgets that are in use, always the same number: one that has seen many calls makes room for a new one, so that
// the history of each stays short enough to be judged. Thread-safe.
class BudgetPool {
 public:
  BudgetPool(int size, std::string prefix);

  std::shared_ptr<Budget> Any(uint64_t chance);
  // All there ever were.
  std::vector<std::shared_ptr<Budget>> All() const;

 private:
  std::shared_ptr<Budget> New();

  const std::string prefix_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Budget>> in_use_;
  std::vector<std::shared_ptr<Budget>> all_;
};

class BudgetClient {
 public:
  // All outlive it.
  BudgetClient(Caller& caller, History& history, BudgetPool& pool, std::string provider_id);

  // One call.
  void Step();
  // A last call to the budget, and then what every one of `instances` says of it, waited for.
  void Close(Budget& budget, int instances);
  // Waits until the service knows the provider that money is held for, which it learns from another service's facts.
  // Outside the history.
  void AwaitProvider();

 private:
  template <class Request, class Response>
  Ended Call(Budget& budget, const char* op, const std::string& args,
             grpc::Status (budgets::v1::BudgetsService::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
             Request& request, Response& response);
  void Remember(Budget& budget, const std::string& id, const std::string& token);
  budgets::v1::PlaceHoldRequest PlaceRequest(int64_t pence) const;
  void Open(Budget& budget);
  void Allocate(Budget& budget, int64_t pence);
  void Place(Budget& budget);
  void Post(Budget& budget);
  void Void(Budget& budget);
  // With `after`, a call's id and token: not before it.
  void Look(Budget& budget, const std::pair<std::string, std::string>& after);

  Caller& caller_;
  History& history_;
  BudgetPool& pool_;
  const std::string provider_id_;
  const std::unique_ptr<budgets::v1::BudgetsService::Stub> stub_;
};

}  // namespace regard::faults
