/-! A line editor: the text before the cursor is kept back to front. -/

namespace Editor

structure Buffer where
  before : List Char
  after : List Char

namespace Buffer

def text (b : Buffer) : List Char := b.before.reverse ++ b.after

def cursor (b : Buffer) : Nat := b.before.length

def left (b : Buffer) : Buffer :=
  match b.before with
  | [] => b
  | c :: cs => ⟨cs, c :: b.after⟩

def right (b : Buffer) : Buffer :=
  match b.after with
  | [] => b
  | c :: cs => ⟨c :: b.before, cs⟩

def type (b : Buffer) (c : Char) : Buffer := ⟨c :: b.before, b.after⟩

def backspace (b : Buffer) : Buffer := ⟨b.before.tail, b.after⟩

/-- The same step over and over. -/
def times (f : Buffer → Buffer) : Nat → Buffer → Buffer
  | 0, b => b
  | n + 1, b => times f n (f b)

def home (b : Buffer) : Buffer := times left b.before.length b

def typeAll (b : Buffer) (cs : List Char) : Buffer := cs.foldl type b

theorem home_eq (b : Buffer) : home b = ⟨[], b.text⟩ := by
  sorry

theorem text_typeAll (b : Buffer) (cs : List Char) : (typeAll b cs).text = b.before.reverse ++ cs ++ b.after := by
  sorry

/-- What was typed can be taken back. -/
theorem backspace_typeAll (b : Buffer) (cs : List Char) : times backspace cs.length (typeAll b cs) = b := by
  sorry

theorem right_left (b : Buffer) (n : Nat) (h : n ≤ b.cursor) : times right n (times left n b) = b := by
  sorry

end Buffer

end Editor
