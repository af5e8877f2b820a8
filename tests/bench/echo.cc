#include "tests/bench/echo.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "grpcpp/server_builder.h"
#include "regard/budgets/v1/budgets_service.grpc.pb.h"

namespace regard::bench {
namespace {

// Answers every hold and balance with the same bytes as the real service, and does nothing else.
class Echo final : public budgets::v1::BudgetsService::CallbackService {
 public:
  grpc::ServerUnaryReactor* PlaceHold(grpc::CallbackServerContext* context, const budgets::v1::PlaceHoldRequest*,
                                      budgets::v1::PlaceHoldResponse* response) override {
    response->mutable_receipt()->set_consistency_token(std::string(76, 't'));
    response->mutable_receipt()->set_version(7);
    response->set_hold_id(std::string(36, 'h'));
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerUnaryReactor* GetBalance(grpc::CallbackServerContext* context,
                                       const budgets::v1::GetBalanceRequest* request,
                                       budgets::v1::GetBalanceResponse* response) override {
    budgets::v1::Balance* balance = response->mutable_balance();
    balance->set_person_id(request->person_id());
    balance->set_budget_id(request->budget_id());
    balance->set_tenant("E08000009");
    balance->set_funder(budgets::v1::FUNDER_COUNCIL);
    balance->set_phase(budgets::v1::BUDGET_PHASE_OPEN);
    balance->mutable_period_start()->set_year(2026);
    balance->mutable_period_end()->set_year(2027);
    budgets::v1::LineBalance* line = balance->add_lines();
    line->set_line_id("support");
    line->set_allocated_pence(1'000'000);
    line->set_held_pence(20);
    line->set_free_pence(999'980);
    line->set_holding(base::v1::HOLDING_DIRECT_PAYMENT);
    balance->set_free_pence(999'980);
    balance->set_held_pence(20);
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace

void ServeEcho() {
  Echo echo;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&echo);
  const auto server = builder.BuildAndStart();
  std::printf("ready 127.0.0.1:%d\n", port);
  std::fflush(stdout);
  server->Wait();
  std::exit(0);
}

EchoProcess::EchoProcess(const char* self) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  pid_ = fork();
  if (pid_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    execl(self, self, "--echo", static_cast<char*>(nullptr));
    _exit(127);
  }
  close(ends[1]);
  char line[128] = {};
  char address[100];
  FILE* out = fdopen(ends[0], "r");
  if (std::fgets(line, sizeof(line), out) == nullptr || std::sscanf(line, "ready %99s", address) != 1) std::abort();
  std::fclose(out);
  address_ = address;
}

EchoProcess::~EchoProcess() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace regard::bench
