// What a log may hold grows with the builds that read it. A feature level counts what builds know of the log: a kind of fact
// that older ones do not know says from which level on it may be written (regard.options.v1.since_level), and is refused in
// a partition until that was raised. Raising is an append without facts; what a reader does not know it stops at. Nobody
// raises the quarantine's log: its facts stay what level 1 knows.
//
//   1  what there was before levels were raised
//   2  an append may raise the level of its partition
#pragma once

#include <cstdint>

#include "google/protobuf/message.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

// The highest that this build reads and writes. A log that it makes begins with it.
inline constexpr uint32_t kFeatureLevel = 2;

// What a reader of the fact, a stream's wrapper, must know at least.
uint32_t FeatureLevelOf(const google::protobuf::Message& fact);

// A level as it is stored; not stored is the first.
constexpr uint32_t FeatureLevel(uint32_t stored) { return stored == 0 ? 1 : stored; }

}  // namespace regard::es
