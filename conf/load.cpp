#include "conf/load.hpp"

#include "conf/entries.hpp"
#include "conf/keys.hpp"
#include "conf/secret_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <system_error>

namespace parley::conf {

namespace {

constexpr std::uintmax_t file_bytes_max = mebibyte;

/// Moves entries into the configuration, one key at a time; what is left at
/// the end nobody knows.
class reader {
public:
  reader(entries& given, std::vector<std::string>& faults)
    : given_(given), faults_(faults) {}

  template <class Key, class Value>
  void operator()(const Key& key, Value& out) {
    note_sections(key.name);
    auto found = given_.find(key.name);
    if (found == given_.end())
      return;
    auto x = std::move(found->second);
    given_.erase(found);
    if (x.kind != entry_kind::text)
      complain(key.name, x, "has no value, or more than one");
    else if (auto done = read(key, x.texts.front(), out); !done)
      complain(key.name, x, done.error().detail);
  }

  void operator()(const list_key& key, std::vector<std::string>& out) {
    note_sections(key.name);
    auto found = given_.find(key.name);
    if (found == given_.end())
      return;
    auto x = std::move(found->second);
    given_.erase(found);
    if (x.kind != entry_kind::text) {
      out = std::move(x.texts);
      return;
    }
    if (auto texts = split_texts(x.texts.front()))
      out = std::move(*texts);
    else
      complain(key.name, x, texts.error().detail);
  }

  void operator()(const widening_key& key, std::vector<match::widening>& out) {
    std::vector<std::string> texts;
    note_sections(key.name);
    auto found = given_.find(key.name);
    if (found == given_.end())
      return;
    auto where = found->second;
    (*this)(list_key{key.name}, texts);
    out.clear();
    for (const auto& text : texts) {
      auto step = match::parse_widening(key.attributes, text);
      if (!step)
        return complain(key.name, where, step.error().detail);
      out.push_back(std::move(*step));
    }
  }

  /// Whether one of the keys that could not be read is named in it.
  bool follows(std::string_view contradiction) const {
    return std::any_of(at_fault_.begin(), at_fault_.end(), [&](auto& key) {
      return contradiction.find(key) != std::string_view::npos;
    });
  }

  void finish() {
    for (const auto& [name, x] : given_)
      if (x.kind != entry_kind::empty || !sections_.contains(name))
        complain(name, x, "is not a key of the configuration");
  }

private:
  void note_sections(std::string_view name) {
    for (auto dot = name.find('.'); dot != std::string_view::npos;
         dot = name.find('.', dot + 1))
      sections_.emplace(name.substr(0, dot));
  }

  void complain(std::string_view name, const entry& x, std::string_view what) {
    faults_.push_back(fmt::format("{}: {} {}", x.where, name, what));
    at_fault_.emplace(name);
  }

  entries& given_;
  std::vector<std::string>& faults_;
  std::set<std::string> at_fault_;
  std::set<std::string, std::less<>> sections_;
};

/// Makes room for the queues that are named, and the attributes of each: which
/// there are is not known before.
void add_queues(const entries& given, queues_config& out) {
  constexpr std::string_view section = "queues.";
  constexpr std::string_view attributes = ".attributes.";
  std::set<std::string> own;
  for (const auto& [name, x] : given) {
    if (!name.starts_with(section))
      continue;
    auto queue = name.substr(section.size());
    queue.resize(std::min(queue.find('.'), queue.size()));
    auto& rules = out.try_emplace(queue, usual_queue()).first->second;
    auto rest = std::string_view{name}.substr(section.size() + queue.size());
    if (!rest.starts_with(attributes))
      continue;
    if (own.insert(queue).second)
      rules.attributes.clear();
    rest.remove_prefix(attributes.size());
    rules.attributes.push_back({std::string{rest}});
  }
}

result<config> build(entries given, std::vector<std::string> faults) {
  config out;
  add_queues(given, out.queues);
  reader read_key{given, faults};
  for_each_key(out, read_key);
  read_key.finish();
  auto known = faults.size();
  read_secret_files(out, faults);
  // A secret that was not read would be missed as well.
  if (faults.size() == known)
    for (auto& each : contradictions(out))
      if (!read_key.follows(each))
        faults.push_back(std::move(each));
  if (!faults.empty())
    return error{errc::bad_config, fmt::format("{}", fmt::join(faults, "\n"))};
  return out;
}

result<std::string> read_file(const std::filesystem::path& file) {
  std::error_code failure;
  auto size = std::filesystem::file_size(file, failure);
  if (!failure && size > file_bytes_max)
    failure = std::make_error_code(std::errc::file_too_large);
  std::string out(failure ? 0 : size, '\0');
  if (!failure) {
    std::ifstream in{file, std::ios::binary};
    in.read(out.data(), static_cast<std::streamsize>(out.size()));
    if (!in)
      failure = std::make_error_code(std::errc::io_error);
  }
  if (failure)
    return error{errc::bad_config,
                 fmt::format("{}: {}", file.string(), failure.message())};
  return out;
}

} // namespace

result<config> load(const std::filesystem::path& file,
                    std::span<const std::string> overrides) {
  if (file.empty())
    return parse("", "", overrides);
  auto yaml = read_file(file);
  if (!yaml)
    return yaml.error();
  return parse(*yaml, file.string(), overrides);
}

result<config> parse(std::string_view yaml, std::string_view name,
                     std::span<const std::string> overrides) {
  entries given;
  std::vector<std::string> faults;
  add_yaml(yaml, name, given, faults);
  for (const auto& x : overrides)
    add_override(x, given, faults);
  return build(std::move(given), std::move(faults));
}

} // namespace parley::conf
