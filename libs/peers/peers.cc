#include "libs/peers/peers.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/rejection.h"
#include "libs/peers/instance_token.h"
#include "regard/cluster/internal/v1/instances_service.pb.h"

namespace regard::peers {
namespace {

namespace wire = cluster::internal::v1;

constexpr char kService[] = "/regard.cluster.internal.v1.InstancesService/";
constexpr absl::Duration kProbeTimeout = absl::Milliseconds(800);
constexpr absl::Duration kAskTimeout = absl::Seconds(10);
constexpr absl::Duration kLookAgain = absl::Milliseconds(10);
constexpr absl::Duration kAskAgain = absl::Milliseconds(50);
constexpr absl::Duration kBackoff = absl::Milliseconds(100);

rpc::ChannelOptions Quick(rpc::ChannelOptions options) {
  options.longest_backoff = kBackoff;
  return options;
}

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string FromBuffer(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

}  // namespace

// One call under way, by bytes.
struct Peers::Unary {
  explicit Unary(const std::shared_ptr<grpc::Channel>& channel) : stub(channel) {}
  grpc::GenericStub stub;
  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
  absl::AnyInvocable<void(const grpc::Status&, const std::string&) &&> done;
};

struct Peers::Forwarding {
  Forwarding(const rpc::Call& c, absl::string_view t, int p, rpc::Done d)
      : call(c), topic(t), partition(p), done(std::move(d)) {}
  const rpc::Call& call;
  const std::string topic;
  const int partition;
  rpc::Done done;
  absl::Duration until;
  // It may have reached an owner.
  bool sent = false;
};

Peers::Peers(const cluster::Node& node, const auth::Signer& signer, const Clock& clock, es::Executor& timer,
             rpc::ChannelOptions channel, telemetry::Metrics& metrics)
    : node_(node),
      signer_(signer),
      clock_(clock),
      timer_(timer),
      channel_(Quick(std::move(channel))),
      forwarded_(metrics.CounterOf("regard_forwarded_calls_total", "Calls sent on to the owner of their partition.")) {}

Peers::~Peers() {
  *alive_ = false;
  std::unique_lock<std::mutex> lock(mutex_);
  for (Unary* unary : under_way_) unary->context.TryCancel();
  over_.wait(lock, [this] { return under_way_.empty(); });
}

void Peers::Start(std::shared_ptr<Unary> unary, const std::string& path) {
  Unary& call = *unary;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    under_way_.insert(&call);
  }
  call.stub.UnaryCall(&call.context, path, grpc::StubOptions(), &call.request, &call.response,
                      [this, unary = std::move(unary)](const grpc::Status& status) {
                        std::move(unary->done)(status, status.ok() ? FromBuffer(unary->response) : "");
                        std::lock_guard<std::mutex> lock(mutex_);
                        under_way_.erase(unary.get());
                        over_.notify_all();
                      });
}

std::shared_ptr<grpc::Channel> Peers::ChannelTo(const std::string& address) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<grpc::Channel>& channel = channels_[address];
  if (channel == nullptr) {
    // Fails only when a file cannot be read, which start-up has read already.
    const auto opened = rpc::OpenChannel(address, channel_);
    if (opened.ok()) channel = *opened;
  }
  return channel;
}

std::string Peers::OwnToken() {
  std::lock_guard<std::mutex> lock(mutex_);
  const absl::Time now = clock_.Now();
  if (token_expires_ - now < kInstanceTokenLife / 2) {
    if (absl::StatusOr<std::string> token = InstanceToken(signer_, node_.instance_id(), now); token.ok()) {
      token_ = *std::move(token);
      token_expires_ = now + kInstanceTokenLife;
    }
  }
  return token_;
}

void Peers::Ask(const cluster::Peer& peer, const char* method, const google::protobuf::Message& request,
                absl::Duration timeout, absl::AnyInvocable<void(bool, const std::string&) &&> done) {
  const std::shared_ptr<grpc::Channel> channel = ChannelTo(peer.address);
  if (channel == nullptr) return std::move(done)(false, "");
  auto unary = std::make_shared<Unary>(channel);
  rpc::AttachToken(unary->context, OwnToken());
  rpc::SetTimeout(unary->context, timeout);
  unary->request = ToBuffer(request.SerializeAsString());
  unary->done = [done = std::move(done)](const grpc::Status& status, const std::string& response) mutable {
    std::move(done)(status.ok(), response);
  };
  Start(std::move(unary), absl::StrCat(kService, method));
}

void Peers::Probe(const cluster::Peer& peer, std::function<void(absl::optional<cluster::Node::Reached>)> done) {
  Ask(peer, "Probe", wire::ProbeRequest(), kProbeTimeout,
      [id = peer.instance_id, done = std::move(done)](bool ok, const std::string& bytes) {
        wire::ProbeResponse response;
        if (!ok || !response.ParseFromString(bytes) || response.instance_id() != id) return done(absl::nullopt);
        cluster::Node::Reached reached;
        for (const wire::ReachedTopic& topic : response.reached()) {
          for (const wire::ReachedPartition& one : topic.partitions()) {
            reached.push_back({topic.topic(), static_cast<int>(one.partition()), one.position()});
          }
        }
        done(std::move(reached));
      });
}

void Peers::Forward(const rpc::Call& call, absl::string_view topic, int partition, rpc::Done done) {
  auto forwarding = std::make_shared<Forwarding>(call, topic, partition, std::move(done));
  forwarding->until = clock_.Monotonic() + (call.deadline() - call.received());
  forwarded_.Add();
  Send(std::move(forwarding));
}

void Peers::SendLater(std::shared_ptr<Forwarding> forwarding) {
  timer_.PostAfter(kLookAgain, [this, alive = alive_, forwarding = std::move(forwarding)]() mutable {
    if (*alive) Send(std::move(forwarding));
  });
}

void Peers::Send(std::shared_ptr<Forwarding> forwarding) {
  Forwarding& one = *forwarding;
  const absl::Duration left = one.until - clock_.Monotonic();
  if (left <= absl::ZeroDuration()) {
    return one.done(ToStatus(one.sent ? Unavailable("OUTCOME_UNKNOWN", "retry with the same request id")
                                      : Unavailable(es::kNotOwner, "no instance has taken this partition yet")));
  }
  const absl::optional<cluster::Peer> owner = node_.OwnerOf(one.topic, one.partition);
  const std::shared_ptr<grpc::Channel> channel = owner.has_value() ? ChannelTo(owner->address) : nullptr;
  if (channel == nullptr) return SendLater(std::move(forwarding));
  auto unary = std::make_shared<Unary>(channel);
  rpc::AttachToken(unary->context, one.call.token());
  rpc::SetTimeout(unary->context, left);
  unary->context.AddMetadata(rpc::kForwardedKey, "1");
  if (!one.call.traceparent().empty()) {
    unary->context.AddMetadata("traceparent", std::string(one.call.traceparent()));
  }
  unary->request = ToBuffer(one.call.request().SerializeAsString());
  const std::string path = absl::StrCat("/", one.call.method());
  unary->done = [this, forwarding = std::move(forwarding)](const grpc::Status& status,
                                                           const std::string& response) mutable {
    Forwarding& sent = *forwarding;
    if (status.ok()) {
      const bool parsed = sent.call.response().ParseFromString(response);
      return sent.done(parsed ? absl::OkStatus() : absl::InternalError("the owner's answer does not parse"));
    }
    const absl::optional<Rejection> rejection = rpc::RejectionOf(status);
    const bool ours = !status.error_details().empty();
    if (ours && rejection->reason != es::kNotOwner && rejection->reason != "STOPPING") {
      return sent.done(rpc::ToAbslStatus(status));
    }
    // Nobody there, or the connection broke while it was there: whoever owns the partition next knows.
    sent.sent = sent.sent || !ours;
    SendLater(std::move(forwarding));
  };
  Start(std::move(unary), path);
}

void Peers::WhenReacted(absl::string_view reactor, int source_partition, uint64_t position,
                        std::function<void(es::Reached)> done) {
  wire::AwaitReactionsRequest request;
  request.set_reactor(std::string(reactor));
  request.set_source_partition(source_partition);
  request.set_source_position(position);
  struct Gathering {
    std::mutex mutex;
    size_t left;
    es::Reached reached;
    std::function<void(es::Reached)> done;
  };
  auto gathering = std::make_shared<Gathering>();
  const std::vector<cluster::Peer> peers = node_.Peers();
  gathering->left = peers.size() + 1;
  gathering->done = std::move(done);
  const auto arrive = [gathering](const std::string& bytes) {
    wire::AwaitReactionsResponse response;
    std::unique_lock<std::mutex> lock(gathering->mutex);
    if (response.ParseFromString(bytes)) {
      for (const auto& one : response.reached()) {
        gathering->reached.emplace_back(static_cast<int>(one.partition()), one.position());
      }
    }
    if (--gathering->left > 0) return;
    lock.unlock();
    gathering->done(std::move(gathering->reached));
  };
  // Who does not answer is left out; what is missing then is asked again.
  for (const cluster::Peer& peer : peers) {
    Ask(peer, "AwaitReactions", request, kAskTimeout,
        [arrive](bool, const std::string& response) { arrive(response); });
  }
  arrive("");
}

void Peers::AskShown(const cluster::Peer& peer, std::shared_ptr<google::protobuf::Message> request,
                     std::function<void()> done) {
  google::protobuf::Message& asked = *request;
  Ask(peer, "AwaitViews", asked, kAskTimeout,
      [this, peer, request = std::move(request), done = std::move(done)](bool ok, const std::string&) mutable {
        if (ok) return done();
        // As long as it lives, it may serve what was taken back.
        timer_.PostAfter(kAskAgain, [this, alive = alive_, peer, request = std::move(request),
                                     done = std::move(done)]() mutable {
          if (!*alive) return;
          const std::vector<cluster::Peer> living = node_.Peers();
          const bool lives = std::any_of(living.begin(), living.end(), [&](const cluster::Peer& other) {
            return other.instance_id == peer.instance_id;
          });
          if (!lives) return done();
          AskShown(peer, std::move(request), std::move(done));
        });
      });
}

void Peers::WhenShown(absl::string_view topic, int partition, uint64_t position, std::function<void()> done) {
  auto request = std::make_shared<wire::AwaitViewsRequest>();
  request->set_topic(std::string(topic));
  request->set_partition(partition);
  request->set_position(position);
  const std::vector<cluster::Peer> peers = node_.Peers();
  auto left = std::make_shared<std::atomic<size_t>>(peers.size() + 1);
  const std::function<void()> arrive = [left, done = std::move(done)] {
    if (left->fetch_sub(1) == 1) done();
  };
  for (const cluster::Peer& peer : peers) AskShown(peer, request, arrive);
  arrive();
}

}  // namespace regard::peers
