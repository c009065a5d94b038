#include "base/metrics.hpp"

#include "base/check.hpp"
#include "base/process_metrics.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace parley::metrics {

namespace {

// Never destroyed: other threads may still count while the process exits.
prometheus::Registry& registry() {
  static auto& instance = *new prometheus::Registry;
  return instance;
}

// Registering a name again finds the family that has it.
template <class Builder, class... Args>
auto& add(Builder builder, const std::string& name, const std::string& help,
          const labels& with, const Args&... args) {
  try {
    auto& family = builder.Name(name).Help(help).Register(registry());
    return family.Add(with, args...);
  } catch (const std::invalid_argument& fault) {
    check_failed(fault.what(), name.c_str(), 0);
  }
}

} // namespace

prometheus::Counter& counter(const std::string& name, const std::string& help,
                             const labels& with) {
  return add(prometheus::BuildCounter(), name, help, with);
}

prometheus::Gauge& gauge(const std::string& name, const std::string& help,
                         const labels& with) {
  return add(prometheus::BuildGauge(), name, help, with);
}

prometheus::Histogram& histogram(const std::string& name,
                                 const std::string& help,
                                 const std::vector<double>& bounds,
                                 const labels& with) {
  return add(prometheus::BuildHistogram(), name, help, with, bounds);
}

const std::vector<double>& latency_bounds() {
  static const std::vector<double> bounds{
    0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02,
    0.05,    0.1,    0.2,    0.5,    1,     2,     5,     10};
  return bounds;
}

std::string scrape() {
  auto all = registry().Collect();
  auto own = process_metrics();
  std::move(own.begin(), own.end(), std::back_inserter(all));
  return prometheus::TextSerializer{}.Serialize(all);
}

} // namespace parley::metrics
