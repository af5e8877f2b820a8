#include "tools/demo_market/world.h"

#include <thread>

#include "absl/strings/str_cat.h"
#include "libs/auth/key_file.h"
#include "libs/base/ids.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"

namespace regard::demo {
namespace {

constexpr absl::Duration kTokenLives = absl::Hours(7 * 24);
// Moving the clock waits for everything that falls due.
constexpr absl::Duration kPatience = absl::Minutes(5);

uint64_t Bits(absl::string_view bytes) {
  uint64_t bits = 0;
  for (const unsigned char byte : bytes) bits = bits << 8 | byte;
  return bits;
}

}  // namespace

absl::StatusOr<std::unique_ptr<World>> World::Open(const std::string& server, const std::string& key_path,
                                                   uint64_t seed) {
  const absl::StatusOr<auth::KeyPair> key = auth::LoadOrMakeKeyFile(key_path);
  if (!key.ok()) return key.status();
  rpc::ChannelOptions channel;
  channel.max_response_bytes = 64 << 20;
  absl::StatusOr<std::unique_ptr<cli::Connection>> connection = cli::Connection::Open(server, channel, {kPatience});
  if (!connection.ok()) return connection.status();
  std::unique_ptr<World> world(new World(*std::move(connection), key->private_pem, seed));
  operations::v1::GetClockResponse clock;
  const absl::Status asked = world->Ask(world->stubs_.operations, &operations::v1::OperationsService::Stub::GetClock,
                                        world->operator_token_, operations::v1::GetClockRequest(), clock);
  if (!asked.ok()) return asked;
  if (!clock.simulated()) return absl::FailedPreconditionError("the server's clock is not simulated");
  world->now_nanos_ = absl::ToUnixNanos(FromProto(clock.now()));
  return world;
}

World::World(std::unique_ptr<cli::Connection> connection, std::string private_key_pem, uint64_t seed)
    : connection_(std::move(connection)), seed_(seed), signer_(std::move(private_key_pem), clock_) {
  stubs_.providers = connection_->To<providers::v1::ProvidersService>();
  stubs_.bookings = connection_->To<bookings::v1::BookingsService>();
  stubs_.budgets = connection_->To<budgets::v1::BudgetsService>();
  stubs_.directory = connection_->To<directory::v1::DirectoryService>();
  stubs_.feedback = connection_->To<feedback::v1::FeedbackService>();
  stubs_.market = connection_->To<market::v1::MarketService>();
  stubs_.operations = connection_->To<operations::v1::OperationsService>();
  for (const auto& instance : connection_->endpoints().instances()) {
    instances_.push_back(operations::v1::OperationsService::NewStub(instance.channel));
  }
  operator_token_ = TokenFor(options::v1::ROLE_OPERATOR, "demo-operator");
  practitioner_token_ = TokenFor(options::v1::ROLE_PRACTITIONER, "demo-practitioner");
  commissioner_token_ = TokenFor(options::v1::ROLE_COMMISSIONER, "demo-commissioner");
}

std::string World::TokenFor(options::v1::Role role, const std::string& subject) const {
  auth::Identity identity;
  identity.subject = subject;
  identity.role = role;
  if (role != options::v1::ROLE_OPERATOR) identity.tenant = kTrafford;
  identity.expires = clock_.Now() + kTokenLives;
  // Subjects are our own, so that signing can only fail with a broken key: the first call then says so.
  return signer_.Sign(identity).value_or("");
}

absl::Time World::now() const { return absl::FromUnixNanos(now_nanos_.load()); }

absl::Status World::AdvanceTo(absl::Time time) {
  const absl::Duration by = time - now();
  if (by <= absl::ZeroDuration()) return absl::InvalidArgumentError("time does not go back");
  const absl::Status moved = AdvanceAll(by);
  if (!moved.ok() || instances_.size() == 1) return moved;
  // What one instance did may have given another something to do: on until a round in which nothing was written.
  for (uint64_t before = 0;;) {
    const absl::StatusOr<uint64_t> written = Written();
    if (!written.ok()) return written.status();
    if (*written == before) return absl::OkStatus();
    before = *written;
    if (const absl::Status settled = AdvanceAll(absl::ZeroDuration()); !settled.ok()) return settled;
  }
}

absl::Status World::AdvanceAll(absl::Duration by) {
  operations::v1::AdvanceClockRequest request;
  request.mutable_by()->set_seconds(absl::ToInt64Seconds(by));
  std::vector<absl::Status> moved(instances_.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < instances_.size(); ++i) {
    threads.emplace_back([&, i] {
      operations::v1::AdvanceClockResponse response;
      moved[i] = Ask(instances_[i], &operations::v1::OperationsService::Stub::AdvanceClock, operator_token_, request,
                     response);
      if (moved[i].ok()) now_nanos_ = absl::ToUnixNanos(FromProto(response.now()));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& status : moved) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> World::Written() {
  uint64_t written = 0;
  for (const auto& instance : instances_) {
    operations::v1::GetStatsResponse stats;
    const absl::Status asked = Ask(instance, &operations::v1::OperationsService::Stub::GetStats, operator_token_,
                                   operations::v1::GetStatsRequest(), stats);
    if (!asked.ok()) return asked;
    for (const auto& topic : stats.topics()) written += topic.positions();
  }
  return written;
}

std::string World::RequestId(absl::string_view name) const {
  const Uuid chance = Uuid::Derived("demonstration", absl::StrCat(seed_), name);
  return Uuid::V7(now(), Bits(chance.bytes().substr(0, 8)), Bits(chance.bytes().substr(8, 8))).ToString();
}

bool World::Expect(const absl::Status& status, absl::string_view what) {
  if (status.ok()) return true;
  std::lock_guard<std::mutex> lock(mutex_);
  if (failure_.ok()) failure_ = absl::Status(status.code(), absl::StrCat(what, ": ", cli::Explained(status)));
  failed_ = true;
  return false;
}

absl::Status World::failure() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return failure_;
}

std::string RefusalOf(const absl::Status& status) {
  if (status.ok()) return "";
  const Rejection rejection = FromStatus(status);
  return rejection.kind == Rejection::Kind::kRule ? rejection.reason : "";
}

}  // namespace regard::demo
