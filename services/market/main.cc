// regard-market: the market service alone, one of several processes on a log on Kafka.
#include "libs/app/server.h"
#include "services/market/service.h"
#include "services/deployment/contents.h"

int main(int argc, char** argv) {
  return regard::app::ServiceMain(argc, argv, regard::deployment::ContentsOf({&regard::market::MarketService()}));
}
