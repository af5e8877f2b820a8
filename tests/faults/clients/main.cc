// regard-fault-clients: clients that go on through whatever happens to the services, and write down what they were
// told. They say "ready" once they have begun, stop when their input ends, and then say how it was, as JSON.
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/app/flags.h"
#include "libs/base/rejection.h"
#include "tests/faults/clients/budgets.h"
#include "tests/faults/clients/caller.h"
#include "tests/faults/clients/diaries.h"
#include "tests/faults/clients/history.h"

namespace regard::faults {
namespace {

struct Settings {
  std::string server;
  std::string keys;
  std::string folder;
  uint64_t seed = 1;
  int clients = 16;
  int budgets = 24;
  int diaries = 2;
  int instances = 2;
  absl::Duration patience = absl::Seconds(60);
};

class Run {
 public:
  explicit Run(const Settings& settings)
      : settings_(settings),
        name_(absl::StrCat("s", settings.seed)),
        history_(settings.folder + "/history.jsonl"),
        requests_(settings.folder + "/requests.jsonl"),
        pool_(settings.budgets, name_) {}

  absl::Status Go() {
    auto session =
        Session::Open(settings_.server, settings_.keys, settings_.folder + "/tries.jsonl", settings_.patience);
    if (!session.ok()) return session.status();
    session_ = *std::move(session);
    for (int i = 0; i < std::max(1, settings_.diaries); ++i) {
      auto diary = MakeDiary(*session_, absl::StrCat(name_, "-", i), Seed());
      if (!diary.ok()) return diary.status();
      diaries_.push_back(*std::move(diary));
    }
    Client("first", [](BudgetClient& client) { client.AwaitProvider(); });
    std::cout << "ready" << std::endl;
    std::vector<std::thread> threads = Start();
    // Until the end of input.
    for (char ignored; std::cin.get(ignored);) continue;
    session_->Stop();
    for (std::thread& thread : threads) thread.join();
    Close();
    std::cout << session_->Summary() << std::endl;
    return absl::OkStatus();
  }

 private:
  uint64_t Seed() { return settings_.seed * 1'000'003 + ++seeds_ * 7919; }

  void Client(const std::string& name, const std::function<void(BudgetClient&)>& what) {
    Caller caller(*session_, absl::StrCat(name_, "-", name), "practitioner", Seed());
    BudgetClient client(caller, history_, pool_, diaries_[0]->provider_id);
    what(client);
  }

  std::vector<std::thread> Start() {
    std::vector<std::thread> threads;
    for (int i = 0; i < settings_.clients; ++i) {
      auto caller = std::make_shared<Caller>(*session_, absl::StrCat(name_, "-client-", i), "practitioner", Seed());
      threads.emplace_back([this, caller] {
        BudgetClient client(*caller, history_, pool_, diaries_[0]->provider_id);
        while (!session_->stopping()) client.Step();
      });
    }
    for (int i = 0; i < 2 * settings_.diaries; ++i) {
      threads.emplace_back([this, i, seed = Seed()] {
        DiaryClient client(*session_, absl::StrCat(name_, "-diary-", i), *diaries_[i / 2], history_, requests_, seed);
        while (!session_->stopping()) client.Step();
      });
    }
    return threads;
  }

  void Close() {
    Client("closing", [this](BudgetClient& client) {
      for (const std::shared_ptr<Budget>& budget : pool_.All()) client.Close(*budget, settings_.instances);
    });
  }

  const Settings settings_;
  const std::string name_;
  History history_;
  History requests_;
  BudgetPool pool_;
  std::unique_ptr<Session> session_;
  std::vector<std::unique_ptr<Diary>> diaries_;
  uint64_t seeds_ = 0;
};

int Main(int argc, char** argv) {
  Settings settings;
  app::Flags flags("regard-fault-clients", "Clients that write down what they were told; see tests/faults/README.md.");
  flags.Add("server", &settings.server, "SERVICE=HOST:PORT,...;SERVICE=...");
  flags.Add("keys", &settings.keys, "Folder of the deployment's keys");
  flags.Add("folder", &settings.folder, "Where history.jsonl, requests.jsonl and tries.jsonl are written");
  flags.Add("seed", &settings.seed, "Names and choices; another for each run on one deployment");
  flags.Add("clients", &settings.clients, "Clients of budgets");
  flags.Add("budgets", &settings.budgets, "Budgets in use at a time");
  flags.Add("diaries", &settings.diaries, "Providers whose diaries are filled, by two clients each");
  flags.Add("instances", &settings.instances, "Of budgets: each is asked for the balances in the end");
  flags.Add("patience", &settings.patience, "How long calls may go on that are under way in the end");
  if (const absl::optional<int> code = flags.Parse(argc, argv); code.has_value()) return *code;
  const absl::Status status = Run(settings).Go();
  if (status.ok()) return app::kExitOk;
  std::fprintf(stderr, "regard-fault-clients: %s\n", std::string(status.message()).c_str());
  return app::kExitFailed;
}

}  // namespace
}  // namespace regard::faults

int main(int argc, char** argv) { return regard::faults::Main(argc, argv); }
