// Feeds hand-made facts to a view and keeps its rows, as a projector would, but without a log.
//
//   ViewFeed feed(view);
//   feed.At(time).Add("person/p1", ParseTextProto<PersonFact>(...));
//   ViewReader reader(feed.store());
#pragma once

#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libs/base/time.h"
#include "libs/es/testing/memory_store.h"
#include "libs/es/view.h"

namespace regard::es::testing {

template <class Message>
Message FromText(absl::string_view textproto) {
  Message message;
  if (!google::protobuf::TextFormat::ParseFromString(std::string(textproto), &message)) {
    ADD_FAILURE() << "not a " << message.GetTypeName() << ": " << textproto;
  }
  return message;
}

class ViewFeed {
 public:
  // `view` outlives the feed.
  explicit ViewFeed(View& view) : view_(view) {}

  // Record time of what follows.
  ViewFeed& At(absl::Time time) {
    *append_.mutable_record_time() = ToProto(time);
    return *this;
  }
  ViewFeed& Partition(int partition) {
    partition_ = partition;
    return *this;
  }
  ViewFeed& Topic(std::string topic) {
    topic_ = std::move(topic);
    return *this;
  }
  // One fact in an append of its own, applied and stored at once.
  template <class Fact>
  ViewFeed& Add(absl::string_view stream, absl::string_view fact_textproto) {
    return Add(stream, FromText<Fact>(fact_textproto));
  }
  ViewFeed& Add(absl::string_view stream, const google::protobuf::Message& fact) {
    log::v1::Fact logged;
    logged.set_stream(std::string(stream));
    logged.set_version(++versions_[std::string(stream)]);
    Rows rows(store_);
    const absl::Status applied =
        view_.Apply({topic_, partition_, ++positions_[partition_], 0, append_, logged, fact}, rows);
    EXPECT_TRUE(applied.ok()) << applied;
    absl::StatusOr<StoreBatch> batch = rows.Finish();
    if (!batch.ok()) {
      ADD_FAILURE() << batch.status();
      return *this;
    }
    EXPECT_TRUE(store_.Write(*batch, Store::Durability::kBuffered).ok());
    view_.Applied();
    return *this;
  }

  MemoryStore& store() { return store_; }

 private:
  View& view_;
  MemoryStore store_;
  log::v1::Append append_;
  std::string topic_;
  int partition_ = 0;
  std::map<int, uint64_t> positions_;
  std::map<std::string, uint64_t> versions_;
};

}  // namespace regard::es::testing
