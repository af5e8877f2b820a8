// What one machine keeps: stores that survive a killed process, and lose their latest writes with the power. A batch is
// there whole or not at all, and never without the batches before it, which is what the store port promises.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/es/store.h"
#include "tests/simulation/controls.h"
#include "tests/simulation/process.h"

namespace regard::simulation {

class SimStore : public es::Store {
 public:
  absl::StatusOr<absl::optional<std::string>> Get(absl::string_view key) const override;
  absl::Status Scan(absl::string_view from, absl::string_view to,
                    absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const override;
  absl::Status Write(const es::StoreBatch& batch, Durability durability) override;

  // Writes that the power would take along.
  size_t unsynced() const { return undo_.size(); }
  // The latest `writes` are gone.
  void Lose(size_t writes);
  void DropPrefix(absl::string_view prefix);
  void Clear();
  const std::map<std::string, std::string, std::less<>>& rows() const { return rows_; }

 private:
  using Undo = std::vector<std::pair<std::string, absl::optional<std::string>>>;
  void Remember(Undo& undo, const std::string& key) const;

  std::map<std::string, std::string, std::less<>> rows_;
  // Oldest first; what falls off the front is on the medium.
  std::deque<Undo> undo_;
};

class Disk {
 public:
  SimStore& store(const std::string& name) { return stores_[name]; }
  std::map<std::string, SimStore>& stores() { return stores_; }
  void Clear() { stores_.clear(); }

 private:
  std::map<std::string, SimStore> stores_;
};

// A process's hold of a store on its disk: nothing is written once it is dead.
class StoreOfProcess : public es::Store {
 public:
  enum class Kind { kState, kView };

  StoreOfProcess(SimStore& store, std::shared_ptr<Life> life, Kind kind, Control control)
      : store_(store), life_(std::move(life)), kind_(kind), control_(control) {}

  absl::StatusOr<absl::optional<std::string>> Get(absl::string_view key) const override { return store_.Get(key); }
  absl::Status Scan(absl::string_view from, absl::string_view to,
                    absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const override {
    return store_.Scan(from, to, visit);
  }
  absl::Status Write(const es::StoreBatch& batch, Durability durability) override;

 private:
  bool IsCheckpoint(absl::string_view key) const;
  absl::Status WriteOne(const es::StoreBatch& batch, Durability durability);

  SimStore& store_;
  const std::shared_ptr<Life> life_;
  const Kind kind_;
  const Control control_;
};

}  // namespace regard::simulation
