#include "conf/config.hpp"
#include "conf/keys.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <type_traits>

namespace parley::conf {

namespace {

/// Writes each key into the section that its name says, opening and closing
/// sections as the names change.
class shower {
public:
  shower() {
    out_ << YAML::BeginMap;
  }

  template <class Key, class Value>
  void operator()(const Key& key, const Value& x) {
    put_name(key.name);
    auto text = write(key, x);
    // Only texts are quoted: "2" would still be read, but not look like it.
    if constexpr (std::is_same_v<Key, text_key>)
      out_ << YAML::DoubleQuoted;
    out_ << text;
  }

  void operator()(const list_key& key, const std::vector<std::string>& x) {
    put_name(key.name);
    out_ << YAML::Flow << YAML::BeginSeq;
    for (const auto& item : x)
      out_ << YAML::DoubleQuoted
           << (key.shown == secrecy::secret ? "***" : item);
    out_ << YAML::EndSeq;
  }

  void operator()(const widening_key& key,
                  const std::vector<match::widening>& x) {
    std::vector<std::string> texts;
    for (const auto& step : x)
      texts.push_back(match::to_string(step, key.attributes));
    (*this)(list_key{key.name}, texts);
  }

  std::string finish() {
    leave(0);
    out_ << YAML::EndMap;
    return std::string{out_.c_str()} + "\n";
  }

private:
  void put_name(std::string_view name) {
    auto words = split_name(name);
    auto last = words.back();
    words.pop_back();
    auto [end, unused] = std::mismatch(sections_.begin(), sections_.end(),
                                       words.begin(), words.end());
    leave(static_cast<std::size_t>(end - sections_.begin()));
    for (auto i = sections_.size(); i < words.size(); ++i) {
      out_ << YAML::Key << words[i] << YAML::Value << YAML::BeginMap;
      sections_.push_back(words[i]);
    }
    out_ << YAML::Key << last << YAML::Value;
  }

  void leave(std::size_t depth) {
    for (; sections_.size() > depth; sections_.pop_back())
      out_ << YAML::EndMap;
  }

  static std::vector<std::string> split_name(std::string_view name) {
    std::vector<std::string> out;
    for (;;) {
      auto dot = name.find('.');
      out.emplace_back(name.substr(0, dot));
      if (dot == std::string_view::npos)
        return out;
      name.remove_prefix(dot + 1);
    }
  }

  YAML::Emitter out_;
  std::vector<std::string> sections_;
};

} // namespace

std::string show(const config& c) {
  shower out;
  for_each_key(c, out);
  return out.finish();
}

} // namespace parley::conf
