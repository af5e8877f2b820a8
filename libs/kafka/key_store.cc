#include "libs/kafka/key_store.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "libs/kafka/access.h"
#include "libs/kafka/topics.h"
#include "libs/privacy/box.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

constexpr absl::Duration kLookEvery = absl::Seconds(1);
constexpr int kLooksUntilMark = 3;
constexpr absl::Duration kOpenPatience = absl::Seconds(30);
// Names start with four hexadecimal digits, and so never like these.
constexpr absl::string_view kMasterPrefix = "master/";
constexpr absl::string_view kMark = "mark/";
constexpr size_t kTenantDigits = 4;
constexpr size_t kNonceBytes = 24;

// Length first, so that no subject and tenant run into another pair.
std::string NameOf(absl::string_view subject, absl::string_view tenant) {
  return absl::StrCat(absl::Hex(tenant.size(), absl::kZeroPad4), tenant, subject);
}

// Subject and tenant of a well-formed name.
std::pair<absl::string_view, absl::string_view> PairOf(absl::string_view name) {
  size_t tenant_size = 0;
  static_cast<void>(absl::SimpleHexAtoi(name.substr(0, kTenantDigits), &tenant_size));
  return {name.substr(kTenantDigits + tenant_size), name.substr(kTenantDigits, tenant_size)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<KeyStore>> KeyStore::Open(const Cluster& cluster, const privacy::Key& master,
                                                         KeyStoreOptions options) {
  const absl::Status access = CheckAccess(cluster, kOpenPatience);
  if (!access.ok()) return access;
  std::unique_ptr<KeyStore> store(new KeyStore(cluster, master, std::move(options)));
  HandleOptions consumer;
  consumer.properties = ReadingAll({});
  absl::StatusOr<Handle> handle = MakeHandle(cluster, HandleKind::kConsumer, std::move(consumer));
  if (!handle.ok()) return handle.status();
  store->handle_ = *std::move(handle);
  const absl::Status started = store->Start();
  if (!started.ok()) return started;
  return store;
}

KeyStore::KeyStore(const Cluster& cluster, const privacy::Key& master, KeyStoreOptions options)
    : master_(master),
      options_(std::move(options)),
      topic_(TopicName(options_.deployment, kKeysTopic)),
      writer_(cluster, topic_) {}

absl::Status KeyStore::Start() {
  // A topic that is not there would only be waited for.
  const absl::StatusOr<int64_t> end = EndOf(handle_, topic_, 0, kOpenPatience);
  if (absl::IsNotFound(end.status())) return absl::NotFoundError(absl::StrCat("there is no topic ", topic_));
  if (!end.ok()) return end.status();
  rkt_ = MakeTopic(handle_, topic_, nullptr);
  if (rd_kafka_consume_start(rkt_.get(), 0, RD_KAFKA_OFFSET_BEGINNING) != 0) {
    return FromKafka(rd_kafka_last_error(), topic_);
  }
  thread_ = std::thread([this] { Loop(); });
  pthread_setname_np(thread_.native_handle(), "kafka-keys");
  // Whoever sees its own mark has seen everything before it.
  const absl::Status seen = WriteAndSee(kMark, absl::nullopt, kOpenPatience);
  return seen.ok() ? CheckMaster() : seen;
}

absl::Status KeyStore::CheckMaster() {
  const auto first = [this] {
    std::lock_guard<std::mutex> lock(mutex_);
    return masters_.empty() ? absl::optional<std::string>() : masters_.front();
  };
  if (!first().has_value()) {
    const absl::Status written = WriteAndSee(absl::StrCat(kMasterPrefix, master_.id()), "", kOpenPatience);
    if (!written.ok()) return written;
  }
  if (first() != master_.id()) {
    return absl::FailedPreconditionError(absl::StrCat(topic_, ": the keys were wrapped under another master key"));
  }
  return absl::OkStatus();
}

KeyStore::~KeyStore() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
  if (rkt_ != nullptr) rd_kafka_consume_stop(rkt_.get(), 0);
}

absl::StatusOr<absl::optional<privacy::Key>> KeyStore::Get(absl::string_view subject, absl::string_view tenant) {
  return Unwrap(NameOf(subject, tenant));
}

absl::StatusOr<privacy::Key> KeyStore::GetOrCreate(absl::string_view subject, absl::string_view tenant) {
  return GetOrPut(NameOf(subject, tenant), &privacy::Key::Random);
}

absl::Status KeyStore::Put(absl::string_view subject, absl::string_view tenant, const privacy::Key& key) {
  const absl::StatusOr<privacy::Key> there = GetOrPut(NameOf(subject, tenant), [&key] { return key; });
  if (!there.ok()) return there.status();
  return there->bytes() == key.bytes() ? absl::OkStatus() : absl::AlreadyExistsError("there is another key");
}

absl::Status KeyStore::Visit(
    absl::FunctionRef<absl::Status(absl::string_view, absl::string_view, const privacy::Key&)> visit) {
  std::vector<std::string> names;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [name, living] : keys_) names.push_back(name);
  }
  for (const std::string& name : names) {
    const absl::StatusOr<absl::optional<privacy::Key>> key = Unwrap(name);
    if (!key.ok()) return key.status();
    if (!key->has_value()) continue;
    const auto [subject, tenant] = PairOf(name);
    const absl::Status visited = visit(subject, tenant, **key);
    if (!visited.ok()) return visited;
  }
  return absl::OkStatus();
}

absl::StatusOr<privacy::Key> KeyStore::GetOrPut(const std::string& name, const std::function<privacy::Key()>& make) {
  std::unique_lock<std::mutex> changing(changing_, std::defer_lock);
  absl::StatusOr<absl::optional<privacy::Key>> found = Unwrap(name);
  if (found.ok() && !found->has_value()) {
    changing.lock();
    found = Unwrap(name);
  }
  if (!found.ok()) return found.status();
  if (found->has_value()) return **found;
  const privacy::Key key = make();
  const privacy::Box box = privacy::SealBox(master_, name, key.bytes());
  const absl::Status written =
      WriteAndSee(absl::StrCat(name, key.id()), absl::StrCat(box.nonce, box.ciphertext), options_.patience);
  if (!written.ok()) return written;
  // Perhaps another instance's, which came first.
  found = Unwrap(name);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return absl::UnavailableError("the key was erased while it was made");
  return **found;
}

absl::Status KeyStore::Erase(absl::string_view subject, absl::string_view tenant) {
  const std::string name = NameOf(subject, tenant);
  std::lock_guard<std::mutex> changing(changing_);
  // Also a key that another instance made a moment ago.
  absl::Status status = WriteAndSee(kMark, absl::nullopt, options_.patience);
  std::vector<Wrapped> living;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (const auto found = keys_.find(name); found != keys_.end()) living = found->second;
  }
  // The one in use last: as long as anything is left, it is the one that was.
  for (auto wrapped = living.rbegin(); wrapped != living.rend() && status.ok(); ++wrapped) {
    status = WriteAndSee(absl::StrCat(name, wrapped->id), absl::nullopt, options_.patience);
  }
  return status;
}

absl::Status KeyStore::WriteAndSee(absl::string_view key, absl::optional<absl::string_view> value,
                                   absl::Duration patience) {
  const absl::Time asked = absl::Now();
  const absl::StatusOr<int64_t> offset = writer_.Write(key, value, patience);
  if (!offset.ok()) return offset.status();
  std::unique_lock<std::mutex> lock(mutex_);
  const bool seen = applied_more_.wait_for(lock, absl::ToChronoNanoseconds(patience),
                                           [&] { return applied_ > *offset || !damaged_.ok(); });
  if (!damaged_.ok()) return damaged_;
  if (!seen) return absl::UnavailableError(absl::StrCat(topic_, " cannot be read now"));
  sure_at_ = std::max(sure_at_, asked);
  return absl::OkStatus();
}

absl::StatusOr<absl::optional<privacy::Key>> KeyStore::Unwrap(const std::string& name) {
  std::string wrapped;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!damaged_.ok()) return damaged_;
    if (absl::Now() - sure_at_ > options_.trusted_for) {
      return absl::UnavailableError(absl::StrCat(topic_, ": erasures may have happened that were not heard of"));
    }
    const auto found = keys_.find(name);
    if (found == keys_.end()) return absl::optional<privacy::Key>();
    wrapped = found->second.front().bytes;
  }
  const absl::string_view bytes = wrapped;
  absl::StatusOr<std::string> opened = privacy::OpenBox(master_, name, bytes.substr(0, kNonceBytes),
                                                        bytes.size() < kNonceBytes ? "" : bytes.substr(kNonceBytes));
  if (!opened.ok()) return opened.status();
  absl::StatusOr<privacy::Key> key = privacy::Key::FromBytes(*opened);
  explicit_bzero(opened->data(), opened->size());
  if (!key.ok()) return absl::DataLossError(absl::StrCat(topic_, ": a key has the wrong length"));
  return absl::optional<privacy::Key>(*key);
}

void KeyStore::Loop() {
  while (true) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (stopping_) return;
    }
    const std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)> message(
        rd_kafka_consume(rkt_.get(), 0, 50), &rd_kafka_message_destroy);
    if (message != nullptr) Take(*message);
    if (const absl::Time now = absl::Now(); now > next_look_) {
      MakeSure(now);
      next_look_ = absl::Now() + kLookEvery;
    }
  }
}

void KeyStore::Take(const rd_kafka_message_s& message) {
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const absl::Status why = FromKafka(message.err, topic_);
    if (!absl::IsDataLoss(why)) return;
    std::lock_guard<std::mutex> lock(mutex_);
    damaged_ = why;
    applied_more_.notify_all();
    return;
  }
  const absl::string_view key(static_cast<const char*>(message.key), message.key_len);
  const absl::string_view value(static_cast<const char*>(message.payload), message.len);
  Apply(key, message.payload == nullptr ? absl::nullopt : absl::make_optional(value));
  std::lock_guard<std::mutex> lock(mutex_);
  applied_ = message.offset + 1;
  applied_more_.notify_all();
}

void KeyStore::Apply(absl::string_view key, absl::optional<absl::string_view> value) {
  if (key == kMark) return;
  std::unique_lock<std::mutex> lock(mutex_);
  if (absl::ConsumePrefix(&key, kMasterPrefix)) {
    masters_.emplace_back(key);
    return;
  }
  size_t tenant_size = 0;
  if (key.size() < kTenantDigits + privacy::Key::kIdBytes ||
      !absl::SimpleHexAtoi(key.substr(0, kTenantDigits), &tenant_size) ||
      kTenantDigits + tenant_size + privacy::Key::kIdBytes > key.size()) {
    damaged_ = absl::DataLossError(absl::StrCat(topic_, ": a record that is none of a key store"));
    return;
  }
  const std::string name(key.substr(0, key.size() - privacy::Key::kIdBytes));
  const std::string id(key.substr(name.size()));
  const auto found = keys_.find(name);
  if (value.has_value()) {
    keys_[name].push_back({id, std::string(*value)});
    return;
  }
  if (found == keys_.end()) return;
  std::vector<Wrapped>& living = found->second;
  // Another that was made at the same moment is in nobody's cache.
  const bool was_in_use = living.front().id == id;
  living.erase(std::remove_if(living.begin(), living.end(), [&](const Wrapped& one) { return one.id == id; }),
               living.end());
  if (living.empty()) keys_.erase(found);
  lock.unlock();
  if (!was_in_use) return;
  const auto [subject, tenant] = PairOf(name);
  if (options_.erased) options_.erased(subject, tenant);
}

// What was the end a moment ago is seen here: so is every erasure until then.
void KeyStore::MakeSure(absl::Time now) {
  const absl::StatusOr<int64_t> end = EndOf(handle_, topic_, 0, kLookEvery);
  if (!end.ok()) return;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (applied_ >= *end) {
      sure_at_ = now;
      looks_behind_ = 0;
      return;
    }
  }
  // Compaction may have taken the last records, and then nobody ever reads up to the end: until there is another.
  if (++looks_behind_ % kLooksUntilMark == 0) static_cast<void>(writer_.Write(kMark, absl::nullopt, kLookEvery));
}

}  // namespace regard::kafka
