// Subjects' keys in the deployment's keys topic, wrapped under a master key, so that every instance has the same and an
// erasure reaches all of them. The topic is compacted: brokers keep the living keys, and drop an erased one from their
// disks within a day; until then what they keep of it opens only with the master key, which never leaves the instances.
//
// Two instances may make a key for one subject at the same moment. The first in the topic is the key; each has a record
// key of its own, so that compaction never replaces one by the other.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/client.h"
#include "libs/kafka/small_writer.h"
#include "libs/privacy/key_store.h"

struct rd_kafka_message_s;

namespace regard::kafka {

struct KeyStoreOptions {
  std::string deployment = "regard";
  // How long a call waits for brokers.
  absl::Duration patience = absl::Seconds(5);
  // An instance that could not make sure for so long that it has heard of every erasure gives out no key.
  absl::Duration trusted_for = absl::Seconds(10);
  // When the key in use was erased, here or by another instance: for caches. From the store's thread.
  std::function<void(absl::string_view subject, absl::string_view tenant)> erased;
};

// Thread-safe. All keys are held in memory, wrapped. GetOrCreate of a new key and Erase wait for brokers.
class KeyStore : public privacy::KeyStore {
 public:
  // Reads the whole topic first. FAILED_PRECONDITION when its keys are wrapped under another master key;
  // CheckAccess's errors when brokers do not let us in.
  static absl::StatusOr<std::unique_ptr<KeyStore>> Open(const Cluster& cluster, const privacy::Key& master,
                                                        KeyStoreOptions options);
  ~KeyStore() override;

  absl::StatusOr<privacy::Key> GetOrCreate(absl::string_view subject, absl::string_view tenant) override;
  absl::StatusOr<absl::optional<privacy::Key>> Get(absl::string_view subject, absl::string_view tenant) override;
  // OK once the erasure is on the brokers and counts here; other instances follow at once, or stop giving out keys.
  absl::Status Erase(absl::string_view subject, absl::string_view tenant) override;

  // Every living key, until `visit` fails: its error.
  absl::Status Visit(absl::FunctionRef<absl::Status(absl::string_view subject, absl::string_view tenant,
                                                    const privacy::Key& key)> visit);
  // A key that was made elsewhere. ALREADY_EXISTS when there is another.
  absl::Status Put(absl::string_view subject, absl::string_view tenant, const privacy::Key& key);

 private:
  struct Wrapped {
    std::string id;
    std::string bytes;
  };

  KeyStore(const Cluster& cluster, const privacy::Key& master, KeyStoreOptions options);

  absl::Status Start();
  absl::Status CheckMaster();
  void Loop();
  void Take(const rd_kafka_message_s& message);
  void Apply(absl::string_view key, absl::optional<absl::string_view> value);
  void MakeSure(absl::Time now);
  // Writes, and waits until what was written counts here.
  absl::Status WriteAndSee(absl::string_view key, absl::optional<absl::string_view> value, absl::Duration patience);
  // Makes `key` the subject's unless there is one; the one that there is then.
  absl::StatusOr<privacy::Key> GetOrPut(const std::string& name, const std::function<privacy::Key()>& make);
  absl::StatusOr<absl::optional<privacy::Key>> Unwrap(const std::string& name);

  const privacy::Key master_;
  const KeyStoreOptions options_;
  const std::string topic_;
  SmallWriter writer_;
  Handle handle_;
  TopicHandle rkt_;

  // One key is made or erased at a time.
  std::mutex changing_;
  std::mutex mutex_;
  std::condition_variable applied_more_;
  // The first of a name is its key; others were made at the same moment and are not used.
  absl::flat_hash_map<std::string, std::vector<Wrapped>> keys_;
  std::vector<std::string> masters_;
  // One past the last record that counts here.
  int64_t applied_ = 0;
  absl::Time sure_at_ = absl::InfinitePast();
  absl::Status damaged_;

  bool stopping_ = false;
  // The thread's own.
  absl::Time next_look_ = absl::InfinitePast();
  int looks_behind_ = 0;
  std::thread thread_;
};

}  // namespace regard::kafka
