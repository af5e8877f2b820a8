#include "libs/es/quarantine.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/time.h"
#include "libs/es/accepted_reader.h"
#include "libs/es/view_checkpoints.h"
#include "regard/log/internal/v1/quarantine.pb.h"

namespace regard::es {
namespace {

constexpr char kStoppedAtUrl[] = "regard/stopped-at";
constexpr size_t kReadBytes = 1 << 20;
// Beyond any key that a view makes of ids and words.
const std::string kHighKey(64, '\xff');
// No view key starts with a zero byte.
const std::string kPassedOverKey("\0q", 2);

QuarantineEntry* FindInForce(std::vector<QuarantineEntry>& entries, absl::string_view reader, const FactPlace& place) {
  for (QuarantineEntry& entry : entries) {
    if (entry.reader == reader && entry.place == place && !entry.taken_back.has_value()) return &entry;
  }
  return nullptr;
}

void Add(const log::v1::QuarantineFact& fact, const QuarantineEntry::Said& said,
         std::vector<QuarantineEntry>& entries) {
  switch (fact.fact_case()) {
    case log::v1::QuarantineFact::kSetAside: {
      const log::v1::FactSetAside& aside = fact.set_aside();
      entries.push_back({aside.reader(), PlaceFromProto(aside.place()), aside.stream(), aside.version(),
                         {said.by, aside.why(), said.at}, absl::nullopt});
      return;
    }
    case log::v1::QuarantineFact::kTakenBack:
      if (auto* entry = FindInForce(entries, fact.taken_back().reader(), PlaceFromProto(fact.taken_back().place()))) {
        entry->taken_back = {said.by, fact.taken_back().why(), said.at};
      }
      return;
    case log::v1::QuarantineFact::FACT_NOT_SET:
      return;
  }
}

}  // namespace

std::string ToText(const FactPlace& place) {
  return absl::StrCat(place.topic, "/", place.partition, "/", place.position, "/", place.fact_index);
}

absl::StatusOr<FactPlace> ReadFactPlace(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  FactPlace place;
  if (parts.size() != 4 || parts[0].empty() || !absl::SimpleAtoi(parts[1], &place.partition) ||
      !absl::SimpleAtoi(parts[2], &place.position) || !absl::SimpleAtoi(parts[3], &place.fact_index) ||
      place.partition < 0 || place.position == 0 || place.fact_index < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a place is TOPIC/PARTITION/POSITION/FACT, such as budgets/3/120/0, not ", text));
  }
  place.topic = parts[0];
  return place;
}

log::v1::FactPlace PlaceToProto(const FactPlace& place) {
  log::v1::FactPlace proto;
  proto.set_topic(place.topic);
  proto.set_partition(place.partition);
  proto.set_position(place.position);
  proto.set_fact_index(place.fact_index);
  return proto;
}

FactPlace PlaceFromProto(const log::v1::FactPlace& proto) {
  FactPlace place;
  place.topic = proto.topic();
  place.partition = static_cast<int>(proto.partition());
  place.position = proto.position();
  place.fact_index = static_cast<int>(proto.fact_index());
  return place;
}

absl::StatusOr<Quarantine> Quarantine::Read(EventLog& log) {
  Quarantine quarantine;
  for (int partition = 0; partition < static_cast<int>(log.identity().partition_count()); ++partition) {
    AcceptedReader reader(log, partition, StartOf(log));
    for (bool more = true; more;) {
      const absl::StatusOr<std::vector<AcceptedAppend>> appends = reader.Next(kReadBytes, &more);
      if (!appends.ok()) return appends.status();
      for (const AcceptedAppend& accepted : *appends) {
        const QuarantineEntry::Said said{accepted.append->actor().subject(), "",
                                         regard::FromProto(accepted.append->record_time())};
        for (const log::v1::Fact& logged : accepted.append->facts()) {
          log::v1::QuarantineFact fact;
          if (!fact.ParseFromString(logged.body())) {
            return absl::DataLossError(
                absl::StrCat(log.topic(), "/", partition, " position ", accepted.position, " does not parse"));
          }
          Add(fact, said, quarantine.entries_);
        }
      }
    }
  }
  std::stable_sort(quarantine.entries_.begin(), quarantine.entries_.end(),
                   [](const auto& a, const auto& b) { return a.set_aside.at < b.set_aside.at; });
  return quarantine;
}

FactPlaces Quarantine::For(absl::string_view reader) const {
  FactPlaces places;
  for (const QuarantineEntry& entry : entries_) {
    if (entry.reader == reader && !entry.taken_back.has_value()) places.insert(entry.place);
  }
  return places;
}

bool Quarantine::EverHeld(absl::string_view reader, const FactPlace& place) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const QuarantineEntry& entry) {
    return entry.reader == reader && entry.place == place;
  });
}

absl::StatusOr<FactPlaces> ReadPassedOver(const Store& store) {
  const absl::StatusOr<absl::optional<std::string>> row = store.Get(kPassedOverKey);
  if (!row.ok()) return row.status();
  FactPlaces places;
  if (!row->has_value()) return places;
  log::internal::v1::PassedOver passed_over;
  if (!passed_over.ParseFromString(**row)) return absl::DataLossError("what a view passed over does not parse");
  for (const log::v1::FactPlace& place : passed_over.places()) places.insert(PlaceFromProto(place));
  return places;
}

void PutPassedOver(const FactPlaces& places, StoreBatch& batch) {
  log::internal::v1::PassedOver passed_over;
  for (const FactPlace& place : places) *passed_over.add_places() = PlaceToProto(place);
  batch.Put(kPassedOverKey, passed_over.SerializeAsString());
}

absl::Status EmptyIfMadeOtherwise(absl::string_view view, const std::vector<EventLog*>& logs,
                                  const Quarantine& quarantine, Store& store) {
  const absl::StatusOr<FactPlaces> made_without = ReadPassedOver(store);
  if (!made_without.ok()) return made_without.status();
  // What it has not come to yet, it can still pass over.
  FactPlaces read;
  for (const FactPlace& place : quarantine.For(view)) {
    for (EventLog* log : logs) {
      if (log->topic() != place.topic) continue;
      const absl::StatusOr<std::vector<log::v1::Checkpoint>> at = ReadViewCheckpoints(store, *log);
      if (!at.ok()) return at.status();
      if (place.partition < static_cast<int>(at->size()) && place.position <= (*at)[place.partition].position()) {
        read.insert(place);
      }
    }
  }
  if (read == *made_without) return absl::OkStatus();
  StoreBatch all;
  all.DeleteRange("", kHighKey);
  const absl::Status scanned = store.Scan(kHighKey, "", [&](absl::string_view key, absl::string_view) {
    all.Delete(std::string(key));
    return true;
  });
  if (!scanned.ok()) return scanned;
  return store.Write(all, Store::Durability::kBuffered);
}

absl::Status StoppedAt(absl::string_view kind, absl::string_view reader, const FactPlace& place,
                       const absl::Status& why) {
  absl::Status status(why.code(), absl::StrCat(kind, " ", reader, ": ", place.topic, "/", place.partition, " position ",
                                               place.position, " fact ", place.fact_index, ": ", why.message()));
  log::v1::FactSetAside at;
  at.set_reader(std::string(reader));
  *at.mutable_place() = PlaceToProto(place);
  status.SetPayload(kStoppedAtUrl, absl::Cord(at.SerializeAsString()));
  return status;
}

absl::optional<Stop> StoppedAtOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kStoppedAtUrl);
  log::v1::FactSetAside at;
  if (!payload.has_value() || !at.ParseFromString(std::string(*payload))) return absl::nullopt;
  return Stop{at.reader(), PlaceFromProto(at.place())};
}

}  // namespace regard::es
