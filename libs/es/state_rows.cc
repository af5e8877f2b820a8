#include "libs/es/state_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace regard::es {
namespace {

void AppendBigEndian(std::string& out, uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

uint64_t ReadBigEndian(absl::string_view bytes) {
  uint64_t value = 0;
  for (char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

// Order-preserving: times before 1970 sort before those after.
uint64_t SortableMicros(absl::Time time) {
  return static_cast<uint64_t>(absl::ToUnixMicros(time)) ^ (uint64_t{1} << 63);
}

}  // namespace

std::string RowPrefix(char kind, int partition) {
  std::string key(1, kind);
  AppendBigEndian(key, partition, 2);
  return key;
}

std::string CheckpointKey(int partition) { return RowPrefix('c', partition); }

std::string StateKey(int partition, absl::string_view stream) {
  std::string key = RowPrefix('s', partition);
  key.append(stream.data(), stream.size());
  return key;
}

std::string RequestKeyOf(int partition, const Uuid& request_id, absl::string_view subject) {
  std::string key = RowPrefix('d', partition);
  key.append(request_id.bytes().data(), request_id.bytes().size());
  key.append(subject.data(), subject.size());
  return key;
}

std::string RequestCutoff(int partition, absl::Time oldest) {
  std::string key = RowPrefix('d', partition);
  AppendBigEndian(key, absl::ToUnixMillis(oldest), 6);
  return key;
}

std::string TimerKey(int partition, absl::Time due, absl::string_view stream) {
  std::string key = RowPrefix('t', partition);
  AppendBigEndian(key, SortableMicros(due), 8);
  key.append(stream.data(), stream.size());
  return key;
}

std::string CauseKey(int partition, absl::string_view reactor, uint32_t source_partition) {
  std::string key = RowPrefix('r', partition);
  key.append(reactor.data(), reactor.size());
  key.push_back('\0');
  AppendBigEndian(key, source_partition, 2);
  return key;
}

std::string EncodeStateRow(uint64_t version, const google::protobuf::Message& state) {
  std::string value;
  value.reserve(8 + 128);
  AppendBigEndian(value, version, 8);
  state.AppendToString(&value);
  return value;
}

absl::StatusOr<StateRow> DecodeStateRow(absl::string_view value) {
  if (value.size() < 8) return absl::DataLossError("a state row is cut");
  return StateRow{ReadBigEndian(value.substr(0, 8)), std::string(value.substr(8))};
}

std::string EncodeRequestRow(const RequestRow& row) {
  std::string value;
  value.reserve(32);
  AppendBigEndian(value, row.position, 8);
  AppendBigEndian(value, row.version, 8);
  value += row.digest;
  return value;
}

absl::StatusOr<RequestRow> DecodeRequestRow(absl::string_view value) {
  if (value.size() < 16) return absl::DataLossError("a request row is cut");
  return RequestRow{std::string(value.substr(16)), ReadBigEndian(value.substr(0, 8)),
                    ReadBigEndian(value.substr(8, 8))};
}

TimerRow DecodeTimerKey(absl::string_view key) {
  const uint64_t micros = ReadBigEndian(key.substr(3, 8)) ^ (uint64_t{1} << 63);
  return {absl::FromUnixMicros(static_cast<int64_t>(micros)), std::string(key.substr(11))};
}

std::string EncodeCheckpointRow(uint32_t fold_version, const log::v1::Checkpoint& checkpoint) {
  std::string value;
  AppendBigEndian(value, fold_version, 4);
  checkpoint.AppendToString(&value);
  return value;
}

absl::StatusOr<CheckpointRow> DecodeCheckpointRow(absl::string_view value) {
  CheckpointRow row;
  if (value.size() < 4 || !row.checkpoint.ParseFromArray(value.data() + 4, static_cast<int>(value.size()) - 4)) {
    return absl::DataLossError("a checkpoint row does not parse");
  }
  row.fold_version = static_cast<uint32_t>(ReadBigEndian(value.substr(0, 4)));
  return row;
}

void DropPartition(int partition, StoreBatch& batch) {
  for (char kind : {'c', 's', 'd', 't', 'r'}) {
    const std::string prefix = RowPrefix(kind, partition);
    batch.DeleteRange(prefix, PrefixEnd(prefix));
  }
}

}  // namespace regard::es
